//! The triangular factor of a symmetric matrix, and the two ways to solve by it.

/// L of L Lᵀ, row by row; above the diagonal 0.
pub(crate) struct Factor {
    n: usize,
    lower: Vec<f64>,
}

impl Factor {
    /// Of a symmetric matrix of `n` rows plus `ridge` on its diagonal; only its lower half is read. `None` where it has no
    /// such factor: it is not positive, or not finite.
    pub(crate) fn of(mut a: Vec<f64>, n: usize, ridge: f64) -> Option<Self> {
        for i in 0..n {
            for j in 0..=i {
                let known: f64 = (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum();
                let rest = a[i * n + j] - known;
                a[i * n + j] = if i == j { (rest + ridge).sqrt() } else { rest / a[j * n + j] };
            }
            a[i * n + i + 1..(i + 1) * n].fill(0.0);
        }
        a.iter().all(|x| x.is_finite()).then_some(Self { n, lower: a })
    }

    /// Solves L z = x, in place.
    pub(crate) fn forward(&self, x: &mut [f64]) {
        for i in 0..self.n {
            let line = &self.lower[i * self.n..=i * self.n + i];
            let known: f64 = line.iter().zip(x.iter()).take(i).map(|(l, z)| l * z).sum();
            x[i] = (x[i] - known) / line[i];
        }
    }

    /// Solves Lᵀ w = z, in place.
    pub(crate) fn backward(&self, z: &mut [f64]) {
        for i in (0..self.n).rev() {
            let below: f64 = (i + 1..self.n).map(|j| self.lower[j * self.n + i] * z[j]).sum();
            z[i] = (z[i] - below) / self.lower[i * self.n + i];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_solves_what_it_is_the_factor_of() {
        let matrix = vec![4.0, f64::NAN, 2.0, 5.0];
        let factor = Factor::of(matrix, 2, 1.0).unwrap();
        // (4 + 1) x + 2 y = 9, 2 x + (5 + 1) y = 14
        let mut x = vec![9.0, 14.0];
        factor.forward(&mut x);
        factor.backward(&mut x);
        assert!((x[0] - 1.0).abs() < 1e-12 && (x[1] - 2.0).abs() < 1e-12, "{x:?}");
    }

    #[test]
    fn what_is_not_positive_has_none() {
        assert!(Factor::of(vec![1.0, 0.0, 2.0, 1.0], 2, 0.0).is_none());
        assert!(Factor::of(vec![f64::INFINITY], 1, 0.0).is_none());
    }
}
