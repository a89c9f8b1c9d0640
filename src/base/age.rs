//! Years of age.

use chrono::{Datelike, NaiveDate};

/// Whole years lived. Who was born on 29 February has its birthday on 1 March in other years.
#[must_use]
pub fn age(birth: NaiveDate, today: NaiveDate) -> u32 {
    let before_birthday = (today.month(), today.day()) < (birth.month(), birth.day());
    let years = today.year() - birth.year() - i32::from(before_birthday);
    u32::try_from(years).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_counts_birthdays() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(age(day("2000-06-15"), day("2019-06-14")), 18);
        assert_eq!(age(day("2000-06-15"), day("2019-06-15")), 19);
        assert_eq!(age(day("2004-02-29"), day("2023-02-28")), 18);
        assert_eq!(age(day("2004-02-29"), day("2023-03-01")), 19);
        assert_eq!(age(day("2030-01-01"), day("2026-01-01")), 0);
    }
}
