//! The picture beside the figures: how many mistakes sending more calls costs, and whether a
//! confidence means what it says.

use crate::intent::evaluate::Report;
use plotters::{coord::Shift, prelude::*};

const SIZE: (u32, u32) = (1_000, 460);
const CLEAN: RGBColor = RGBColor(31, 98, 168);
const NOISED: RGBColor = RGBColor(200, 96, 24);
const FONT: &str = "sans-serif";

/// Draws both curves of both reports as an SVG document.
pub(super) fn draw(clean: &Report, noised: &Report, rate: f32) -> anyhow::Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let halves = area.split_evenly((1, 2));
        let names = ["as written".to_owned(), format!("{:.0} % of characters wrong", 100.0 * rate)];
        let reports = [(clean, CLEAN), (noised, NOISED)];
        risk(&halves[0], &reports, &names)?;
        calibration(&halves[1], &reports, &names)?;
        area.present()?;
    }
    Ok(svg)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<'a> = [(&'a Report, RGBColor); 2];

fn risk(area: &Area<'_>, reports: &Drawn<'_>, names: &[String; 2]) -> anyhow::Result<()> {
    let worst =
        reports.iter().flat_map(|(report, _)| &report.risk_coverage).map(|point| point.risk);
    let top = (100.0 * worst.fold(0.02, f32::max) * 1.1).min(100.0);
    let mut chart = ChartBuilder::on(area)
        .caption("Risk and coverage", (FONT, 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0_f32..100.0, 0.0..top)?;
    chart
        .configure_mesh()
        .x_desc("of the calls taken for a desk's, surest first, sent there, %")
        .y_desc("of these wrong, %")
        .light_line_style(WHITE)
        .draw()?;
    for ((report, colour), name) in reports.iter().zip(names) {
        let points =
            report.risk_coverage.iter().map(|point| (100.0 * point.coverage, 100.0 * point.risk));
        let style = colour.stroke_width(2);
        chart
            .draw_series(LineSeries::new(points, style))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .draw()?;
    Ok(())
}

fn calibration(area: &Area<'_>, reports: &Drawn<'_>, names: &[String; 2]) -> anyhow::Result<()> {
    let mut chart = ChartBuilder::on(area)
        .caption("Calibration", (FONT, 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0_f32..100.0, 0.0_f32..100.0)?;
    chart
        .configure_mesh()
        .x_desc("confidence, %")
        .y_desc("right category, %")
        .light_line_style(WHITE)
        .draw()?;
    chart.draw_series(LineSeries::new([(0.0, 0.0), (100.0, 100.0)], BLACK.mix(0.3)))?;
    for ((report, colour), name) in reports.iter().zip(names) {
        let points: Vec<(f32, f32)> = report
            .calibration
            .iter()
            .map(|bin| (100.0 * bin.confidence, 100.0 * bin.accuracy))
            .collect();
        let (style, name) =
            (colour.stroke_width(2), format!("{name}: error {:.3}", report.calibration_error));
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
    Ok(())
}
