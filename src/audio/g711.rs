//! G.711: one byte to one sample and back (ITU-T G.711, 11/1988).
//!
//! Decoding is a table look-up, since every byte of most calls passes here; the compiler computes
//! the tables from the standard's formulas. Encoding serves prompts, and the client and the
//! benchmark, which speak as a gateway would.

/// Every µ-law byte as a 16-bit sample.
pub static MULAW: [i16; 256] = {
    let mut samples = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        samples[byte] = mulaw_to_linear(byte as u8);
        byte += 1;
    }
    samples
};

/// Every A-law byte as a 16-bit sample.
pub static ALAW: [i16; 256] = {
    let mut samples = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        samples[byte] = alaw_to_linear(byte as u8);
        byte += 1;
    }
    samples
};

/// Shifts µ-law's logarithmic segments off zero (G.711, table 2a: 33 in 14 bits, so 132 in 16).
const MULAW_BIAS: i32 = 132;

/// The largest magnitude that µ-law carries, in 16 bits.
const MULAW_CLIP: i32 = 32_635;

/// A-law inverts every second bit on the wire (G.711, section 3.3).
const ALAW_TOGGLE: u8 = 0x55;

const fn mulaw_to_linear(byte: u8) -> i16 {
    let byte = !byte;
    let segment = (byte >> 4) & 7;
    let step = (byte & 15) as i32;
    let magnitude = (((step << 3) + MULAW_BIAS) << segment) - MULAW_BIAS;
    (if byte & 0x80 == 0 { magnitude } else { -magnitude }) as i16
}

const fn alaw_to_linear(byte: u8) -> i16 {
    let byte = byte ^ ALAW_TOGGLE;
    let segment = (byte >> 4) & 7;
    let step = ((byte & 15) as i32) << 4;
    let magnitude = match segment {
        0 => step + 8,
        _ => (step + 0x108) << (segment - 1),
    };
    (if byte & 0x80 == 0 { -magnitude } else { magnitude }) as i16
}

/// Encodes a sample as µ-law.
#[must_use]
pub fn to_mulaw(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(MULAW_CLIP) + MULAW_BIAS;
    // The biased magnitude has its highest bit at 7 or above: that bit names the segment.
    let segment = 24 - magnitude.leading_zeros() as i32;
    let step = (magnitude >> (segment + 3)) & 15;
    !(sign | (segment << 4) as u8 | step as u8)
}

/// Encodes a sample as A-law.
#[must_use]
pub fn to_alaw(sample: i16) -> u8 {
    // Negative values are rounded towards zero by one step, so that −1 and 0 differ in sign only.
    let (sign, magnitude) = match i32::from(sample) {
        value if value >= 0 => (0x80, value >> 4),
        value => (0, (-value - 1) >> 4),
    };
    let byte = if magnitude < 16 {
        magnitude as u8
    } else {
        let segment = 28 - magnitude.leading_zeros() as i32;
        (segment << 4) as u8 | ((magnitude >> (segment - 1)) & 15) as u8
    };
    (byte | sign) ^ ALAW_TOGGLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_corner_values_decode() {
        // ITU-T G.711, tables 1a and 2a, scaled to 16 bits.
        assert_eq!((MULAW[0xFF], MULAW[0x7F]), (0, 0));
        assert_eq!((MULAW[0x80], MULAW[0x00]), (32_124, -32_124));
        assert_eq!((ALAW[0xD5], ALAW[0x55]), (8, -8));
        assert_eq!((ALAW[0xAA], ALAW[0x2A]), (32_256, -32_256));
    }

    #[test]
    fn every_byte_survives_a_round_trip() {
        for byte in 0..=255_u8 {
            let (mulaw, alaw) = (MULAW[usize::from(byte)], ALAW[usize::from(byte)]);
            assert_eq!(MULAW[usize::from(to_mulaw(mulaw))], mulaw);
            assert_eq!(to_alaw(alaw), byte);
        }
    }

    #[test]
    fn no_sample_is_off_by_more_than_its_step() {
        for sample in i16::MIN..=i16::MAX {
            for decoded in
                [MULAW[usize::from(to_mulaw(sample))], ALAW[usize::from(to_alaw(sample))]]
            {
                let error = (i32::from(sample) - i32::from(decoded)).abs();
                let magnitude = i32::from(sample).abs();
                // A segment's step is 1/32 of its upper end; clipping costs up to 644.
                assert!(error <= (magnitude / 16).clamp(16, 1_024), "{sample} became {decoded}");
            }
        }
    }
}
