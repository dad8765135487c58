package headway

import "math"

// minSpread is the least by which runs are taken to differ, as a share: equal
// figures of a few runs do not mean that there is no noise.
const minSpread = 0.01

// sureFrom is how sure it must be that a figure is beyond a limit before it is
// called so.
const sureFrom = 0.95

// beyond tells how sure it is that a new run lies beyond a limit that stands
// relative to the baseline, given how much the baseline runs differ. It is the
// one-sided prediction interval for a single further observation of a normal
// distribution (Hahn & Meeker, Statistical Intervals, 1991, section 4.7), on
// the logarithms of the figures, because what disturbs a load run multiplies
// (Kalibera & Jones, Rigorous Benchmarking in Reasonable Time, ISMM 2013).
//
// excess is the logarithm of how far the run is beyond the limit, figures those
// of all baseline runs, of which last went into the baseline. known is false
// when fewer than three runs tell how much they differ.
func beyond(excess float64, figures []float64, last int) (sure float64, known bool) {
	n := float64(len(figures))
	if n < 3 || last < 1 {
		return 0, false
	}
	mean := 0.0
	for _, f := range figures {
		if !(f > 0) {
			return 0, false
		}
		mean += math.Log(f) / n
	}
	sum := 0.0
	for _, f := range figures {
		d := math.Log(f) - mean
		sum += d * d
	}
	spread := math.Max(math.Sqrt(sum/(n-1)), minSpread)
	return studentCDF(excess/(spread*math.Sqrt(1+1/float64(last))), n-1), true
}

// geometricMean is the middle of figures that differ by factors; of others the mean.
func geometricMean(figures []float64) float64 {
	if len(figures) == 1 {
		return figures[0]
	}
	logs, sum := 0.0, 0.0
	for _, f := range figures {
		logs += math.Log(f)
		sum += f
	}
	if n := float64(len(figures)); math.IsNaN(logs) || math.IsInf(logs, 0) {
		return sum / n
	}
	return math.Exp(logs / float64(len(figures)))
}

// studentCDF is the distribution function of Student's t with some degrees of
// freedom, by the incomplete beta function (Abramowitz & Stegun 26.7.1).
func studentCDF(t, freedom float64) float64 {
	tail := incompleteBeta(freedom/(freedom+t*t), freedom/2, 0.5) / 2
	if t < 0 {
		return tail
	}
	return 1 - tail
}

// incompleteBeta is the regularised incomplete beta function, by its continued
// fraction (Abramowitz & Stegun 26.5.8) where that converges fast.
func incompleteBeta(x, a, b float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2):
		return 1 - incompleteBeta(1-x, b, a)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab - la - lb + a*math.Log(x) + b*math.Log(1-x))
	const enough = 1e-14
	c, d := 1.0, 1/nonzero(1-(a+b)*x/(a+1))
	f := d
	for m := 1.0; m < 500; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / nonzero(1+even*d)
		c = nonzero(1 + even/c)
		f *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / nonzero(1+odd*d)
		c = nonzero(1 + odd/c)
		f *= d * c
		if math.Abs(d*c-1) < enough {
			break
		}
	}
	return front * f / a
}

func nonzero(v float64) float64 {
	const tiny = 1e-300
	if math.Abs(v) < tiny {
		return tiny
	}
	return v
}
