//! p50, p95 and p99 against the number of calls.

use crate::bench::{Figures, Spread};
use plotters::prelude::*;

const SIZE: (u32, u32) = (760, 440);
const FONT: &str = "sans-serif";

/// One line of the picture: its name, its colour, what it reads.
type Curve = (&'static str, RGBColor, fn(&Spread) -> f64);

const CURVES: [Curve; 3] = [
    ("p50", RGBColor(120, 170, 215), |spread| spread.p50),
    ("p95", RGBColor(31, 98, 168), |spread| spread.p95),
    ("p99", RGBColor(200, 96, 24), |spread| spread.p99),
];

/// Draws the measurements as an SVG document.
pub(super) fn draw(figures: &[&Figures], promise_ms: f64) -> anyhow::Result<String> {
    let mut svg = String::new();
    let most_calls = figures.iter().map(|it| it.calls).max().unwrap_or(1) as f64;
    let longest = figures.iter().map(|it| it.decision_ms.p99).fold(promise_ms, f64::max);
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .caption("From the end of speech to the decision", (FONT, 18))
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(56)
            .build_cartesian_2d(0.0..most_calls * 1.05, 0.0..longest * 1.1)?;
        chart
            .configure_mesh()
            .x_desc("calls at one time")
            .y_desc("milliseconds")
            .light_line_style(WHITE)
            .draw()?;
        let promise = [(0.0, promise_ms), (most_calls * 1.05, promise_ms)];
        chart
            .draw_series(LineSeries::new(promise, BLACK.mix(0.4)))?
            .label(format!("promise, {promise_ms} ms"))
            .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], BLACK.mix(0.4)));
        for (name, colour, read) in CURVES {
            let points = figures.iter().map(|it| (it.calls as f64, read(&it.decision_ms)));
            let points: Vec<(f64, f64)> = points.collect();
            let style = colour.stroke_width(2);
            chart
                .draw_series(LineSeries::new(points.iter().copied(), style))?
                .label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
            chart.draw_series(points.iter().map(|at| Circle::new(*at, 3, colour.filled())))?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.8))
            .draw()?;
        area.present()?;
    }
    Ok(svg)
}
