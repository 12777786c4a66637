//! Values of every kind of message, made of parts that are found again in a text: `w7x`, `40007`.

/// Numbers the parts, so that each is another one.
#[derive(Default)]
pub struct Marks(u32);

impl Marks {
    fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }

    fn word(&mut self) -> String {
        format!("w{}x", self.next())
    }

    fn number(&mut self) -> u16 {
        40_000 + u16::try_from(self.next()).expect("fewer marks")
    }
}

/// The parts in what a value's `Debug` shows.
pub fn marks_in(shown: &str) -> Vec<&str> {
    let words = shown.split(|character: char| !character.is_ascii_alphanumeric());
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_word =
        |word: &str| word.strip_prefix('w').and_then(|rest| rest.strip_suffix('x')).is_some_and(digits);
    words.filter(|word| is_word(word) || (word.len() == 5 && digits(word))).collect()
}

pub trait Sample: Sized {
    /// One value of each form that is told in another way.
    fn samples(marks: &mut Marks) -> Vec<Self>;
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Sample for $number {
            fn samples(marks: &mut Marks) -> Vec<Self> {
                vec![marks.number() as $number]
            }
        }
    )*};
}

numbers!(i32 i64 u16 u32 u64 u128 usize);

impl Sample for String {
    fn samples(marks: &mut Marks) -> Vec<Self> {
        vec![marks.word()]
    }
}

impl Sample for &'static str {
    fn samples(marks: &mut Marks) -> Vec<Self> {
        vec![marks.word().leak()]
    }
}

impl Sample for Option<String> {
    fn samples(marks: &mut Marks) -> Vec<Self> {
        vec![Some(marks.word()), None]
    }
}

impl Sample for Vec<String> {
    fn samples(marks: &mut Marks) -> Vec<Self> {
        vec![vec![marks.word()], vec![marks.word(), marks.word()]]
    }
}
