package ingest

import (
	"math"
	"math/bits"
	"slices"
)

// sketch is a mergeable histogram of durations in microseconds. Up to
// exactSamples values are kept as they are, so that small runs give exact
// percentiles; beyond that they fall into log-linear buckets of 1/256 of a
// power of two (the layout of HdrHistogram, hdrhistogram.org), whose middle is
// within 0.2 % of every value in them. Buckets are held for the range in use.
type sketch struct {
	n        int64
	sum      float64 // of the values as they came, in microseconds
	min, max float64
	exact    []float64
	counts   []uint32
	first    int // bucket of counts[0]
}

const (
	exactSamples = 2048
	subBits      = 8
	maxMicros    = 1 << 42 // about 50 days; longer counts as this
)

func bucketOf(v uint64) int {
	if v < 1<<(subBits+1) {
		return int(v)
	}
	shift := bits.Len64(v) - subBits - 1
	return shift<<subBits + int(v>>shift)
}

// bucketMiddle is the value in the middle of a bucket.
func bucketMiddle(b int) float64 {
	if b < 1<<(subBits+1) {
		return float64(b)
	}
	shift := b>>subBits - 1
	low := uint64(b-shift<<subBits) << shift
	return float64(low) + float64(uint64(1)<<shift-1)/2
}

// add takes one value in microseconds.
func (s *sketch) add(micros float64) {
	if !(micros > 0) {
		micros = 0
	}
	micros = min(micros, maxMicros)
	if s.n == 0 || micros < s.min {
		s.min = micros
	}
	s.max = max(s.max, micros)
	s.n++
	s.sum += micros
	if s.counts == nil {
		if len(s.exact) < exactSamples {
			s.exact = append(s.exact, micros)
			return
		}
		s.spill()
	}
	s.count(bucketOf(uint64(math.Round(micros))), 1)
}

func (s *sketch) spill() {
	exact := s.exact
	s.exact = nil
	for _, v := range exact {
		s.count(bucketOf(uint64(math.Round(v))), 1)
	}
}

func (s *sketch) count(bucket int, n uint32) {
	i := bucket - s.first
	if i >= 0 && i < len(s.counts) {
		s.counts[i] += n
		return
	}
	s.widen(bucket)
	s.counts[bucket-s.first] += n
}

// widen makes room for a bucket, with some to spare on its side.
func (s *sketch) widen(bucket int) {
	const spare = 128
	if s.counts == nil {
		s.first = max(0, bucket-spare)
		s.counts = make([]uint32, bucket-s.first+spare)
		return
	}
	if bucket >= s.first {
		s.counts = append(s.counts, make([]uint32, bucket-s.first-len(s.counts)+spare)...)
		return
	}
	first := max(0, bucket-spare)
	wider := make([]uint32, len(s.counts)+s.first-first)
	copy(wider[s.first-first:], s.counts)
	s.counts, s.first = wider, first
}

// merge adds all values of another sketch.
func (s *sketch) merge(o *sketch) {
	if o.n == 0 {
		return
	}
	if s.n == 0 || o.min < s.min {
		s.min = o.min
	}
	s.max = max(s.max, o.max)
	s.n += o.n
	s.sum += o.sum
	if s.counts == nil && o.counts == nil && len(s.exact)+len(o.exact) <= exactSamples {
		s.exact = append(s.exact, o.exact...)
		return
	}
	s.spill()
	for _, v := range o.exact {
		s.count(bucketOf(uint64(math.Round(v))), 1)
	}
	for i, n := range o.counts {
		if n > 0 {
			s.count(o.first+i, n)
		}
	}
}

// quantile gives the value in microseconds that at least the share q of the
// values does not exceed (nearest rank), within 0.2 %; exact for small runs.
func (s *sketch) quantile(q float64) float64 {
	if s.n == 0 {
		return math.NaN()
	}
	rank := min(max(int64(math.Ceil(q*float64(s.n)-1e-9)), 1), s.n)
	if s.counts == nil {
		slices.Sort(s.exact)
		return s.exact[rank-1]
	}
	var seen int64
	for i, n := range s.counts {
		seen += int64(n)
		if seen >= rank {
			return min(max(bucketMiddle(s.first+i), s.min), s.max)
		}
	}
	return s.max
}

func (s *sketch) mean() float64 {
	if s.n == 0 {
		return math.NaN()
	}
	return s.sum / float64(s.n)
}
