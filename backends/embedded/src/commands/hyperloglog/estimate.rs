//! From registers to the number of elements: Otmar Ertl's improved estimator (arXiv:1702.01284).

/// The number of registers.
pub(super) const COUNT: usize = 1 << INDEX_BITS;
pub(super) const INDEX_BITS: u32 = 14;

/// The highest value of a register: one more than the bits of a hash that do not choose it.
const MOST_RANK: u8 = (u64::BITS - INDEX_BITS + 1) as u8;

/// How many registers have each value.
pub(super) struct Histogram([u32; 64]);

impl Histogram {
    pub(super) const EMPTY: Self = Self([0; 64]);

    /// Counts so many registers with this value.
    pub(super) fn add(&mut self, value: u8, registers: usize) {
        self.0[usize::from(value)] += registers as u32;
    }

    /// The number of elements that leaves such registers behind.
    pub(super) fn estimate(&self) -> u64 {
        const ALPHA: f64 = 0.721_347_520_444_481_7;
        const REGISTERS: f64 = COUNT as f64;
        let share = |registers: u32| f64::from(registers) / REGISTERS;
        let full = self.0[usize::from(MOST_RANK)];
        let mut sum = REGISTERS * tau(share(COUNT as u32 - full));
        for registers in self.0[1..usize::from(MOST_RANK)].iter().rev() {
            sum = (sum + f64::from(*registers)) * 0.5;
        }
        sum += REGISTERS * sigma(share(self.0[0]));
        (ALPHA * REGISTERS * REGISTERS / sum).round() as u64
    }
}

/// The correction for registers that are zero.
fn sigma(mut share: f64) -> f64 {
    if share == 1.0 {
        return f64::INFINITY;
    }
    let (mut factor, mut sum) = (1.0, share);
    loop {
        share *= share;
        let before = sum;
        sum += share * factor;
        factor += factor;
        if sum == before {
            return sum;
        }
    }
}

/// The correction for registers that are full.
fn tau(mut share: f64) -> f64 {
    if share == 0.0 || share == 1.0 {
        return 0.0;
    }
    let (mut factor, mut sum) = (1.0, 1.0 - share);
    loop {
        share = share.sqrt();
        let before = sum;
        factor *= 0.5;
        sum -= (1.0 - share).powi(2) * factor;
        if sum == before {
            return sum / 3.0;
        }
    }
}
