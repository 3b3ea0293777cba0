//! Environmental Reporting log page (0Dh/01h): temperatures and humidities, now and at their worst.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::u8_at;

/// Environmental Reporting log page (0Dh/01h), SPC-6.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Environment {
    /// Temperature reports, parameters 0000h to 00FFh: degrees Celsius.
    pub temperatures: Vec<Report<i8>>,
    /// Relative humidity reports, parameters 0100h to 01FFh: percent.
    pub humidities: Vec<Report<u8>>,
}

/// A report of one sensor. Bytes 5 to 11 of its parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report<T> {
    /// Parameter code.
    pub code: u16,
    /// Now.
    pub current: T,
    /// The highest since it was made.
    pub lifetime_maximum: T,
    /// The lowest since it was made.
    pub lifetime_minimum: T,
    /// The highest since it was switched on.
    pub maximum_since_power_on: T,
    /// The lowest since it was switched on.
    pub minimum_since_power_on: T,
    /// The highest and lowest since the last LOG SELECT that reset them. `None`: OTV or ORHV does not say that
    /// they are valid.
    pub other: Option<(T, T)>,
}

impl Report<i8> {
    /// The degrees that stand for "not known" (80h).
    pub const UNKNOWN: i8 = i8::MIN;
}

impl Environment {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let mut environment = Self::default();
        // A page has no room for more than 256 of each kind that differ in their codes.
        for parameter in page.parameters().take(512) {
            match parameter.code {
                0x0000..=0x00ff => {
                    environment.temperatures.extend(Report::decode(
                        parameter.code,
                        parameter.value,
                        u8::cast_signed,
                    ));
                }
                0x0100..=0x01ff => {
                    environment
                        .humidities
                        .extend(Report::decode(parameter.code, parameter.value, |byte| byte));
                }
                _ => {}
            }
        }
        if environment == Self::default() { Err(page.short(16)) } else { Ok(environment) }
    }
}

impl<T: Copy> Report<T> {
    fn decode(code: u16, value: &[u8], number: fn(u8) -> T) -> Option<Self> {
        let [valid, current, lifetime_maximum, lifetime_minimum, maximum, minimum] = *value.first_chunk()?;
        let other = u8_at(value, 6).zip(u8_at(value, 7)).filter(|_| valid & 3 == 1);
        Some(Self {
            code,
            current: number(current),
            lifetime_maximum: number(lifetime_maximum),
            lifetime_minimum: number(lifetime_minimum),
            maximum_since_power_on: number(maximum),
            minimum_since_power_on: number(minimum),
            other: other.map(|(maximum, minimum)| (number(maximum), number(minimum))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    fn decode(bytes: &[u8]) -> Result<Environment, DecodeError> {
        Environment::decode(LogPage::parse("x", 0x0d, 1, bytes).unwrap())
    }

    #[test]
    fn temperatures_are_signed_and_humidities_are_not() {
        let bytes = log_page(
            0x0d,
            1,
            &[(0, &[1, 0xfb, 54, 0x80, 33, 23, 60, 0xf0]), (0x100, &[0, 200, 1, 2, 3, 4, 5, 6])],
        );
        let page = decode(&bytes).unwrap();
        assert_eq!(page.temperatures[0].current, -5);
        assert_eq!(page.temperatures[0].lifetime_minimum, Report::UNKNOWN);
        assert_eq!(page.temperatures[0].other, Some((60, -16)));
        assert_eq!((page.humidities[0].current, page.humidities[0].other), (200, None));
    }

    #[test]
    fn every_prefix_is_an_error_or_has_gaps() {
        let whole = log_page(0x0d, 1, &[(0, &[0; 8]), (0x100, &[0; 8])]);
        for length in 4..whole.len() {
            let page = decode(&whole[..length]);
            assert_eq!(page.is_err(), length < 16);
            assert!(!page.is_ok_and(|page| !page.humidities.is_empty()));
        }
        assert!(decode(&log_page(0x0d, 1, &[(0, &[0, 30, 40])])).is_err());
    }
}
