package headway

import (
	"regexp"
	"strings"
	"time"
)

// MaxMute is how long a known failure may be muted at once.
const MaxMute = 180 * 24 * time.Hour

// Mute says that the failures of a test case are known and do not count until
// it expires: somebody owns them, and says why.
type Mute struct {
	ID, ProgrammeID, TeamID string
	Case                    string // id of a case, or a pattern in which * stands for any text
	Owner                   string // key of the person who sees to it
	Reason                  string
	At, ExpiresAt           time.Time
	By, ByName              string
	LiftedAt                time.Time // before it expired
	LiftedByName            string
}

// Holds tells whether the mute covers failures at a time.
func (m Mute) Holds(now time.Time) bool { return m.LiftedAt.IsZero() && now.Before(m.ExpiresAt) }

// Pattern tells whether the mute may cover more than one case.
func (m Mute) Pattern() bool { return strings.Contains(m.Case, "*") }

// Check refuses a mute that covers everything, gives no reason or holds too long.
func (m Mute) Check() error {
	if err := CheckText("case", m.Case, 2000); err != nil {
		return err
	}
	if strings.Trim(m.Case, "* :.") == "" {
		return Invalidf("case", "%q would mute every case", m.Case).WithHint("name one case, or a suite as in `shop.Cart :: *`")
	}
	if err := CheckText("reason", m.Reason, 2000); err != nil {
		return err
	}
	if !m.ExpiresAt.After(m.At) || m.ExpiresAt.After(m.At.Add(MaxMute)) {
		return Invalidf("expires", "a mute ends after now and within %d days", int(MaxMute.Hours()/24)).WithHint("name a day by which the failure will be mended")
	}
	return nil
}

// MuteIndex finds the mute of a case.
type MuteIndex struct {
	now      time.Time
	exact    map[string]*Mute
	patterns []mutePattern
}

type mutePattern struct {
	expr *regexp.Regexp
	mute *Mute
}

// NewMuteIndex prepares the search; leaves lifted mutes out. Of several for a case one that holds
// wins, else the one that ended last.
func NewMuteIndex(mutes []Mute, now time.Time) MuteIndex {
	ix := MuteIndex{now: now, exact: map[string]*Mute{}}
	for i := range mutes {
		m := &mutes[i]
		if !m.LiftedAt.IsZero() {
			continue
		}
		if m.Pattern() {
			parts := strings.Split(m.Case, "*")
			for j := range parts {
				parts[j] = regexp.QuoteMeta(parts[j])
			}
			ix.patterns = append(ix.patterns, mutePattern{regexp.MustCompile(`(?s)\A` + strings.Join(parts, ".*") + `\z`), m})
			continue
		}
		if have := ix.exact[m.Case]; have == nil || m.ExpiresAt.After(have.ExpiresAt) {
			ix.exact[m.Case] = m
		}
	}
	return ix
}

// Of gives the mute that matches a case, expired or not; nil when none does.
func (ix MuteIndex) Of(id string) *Mute {
	if len(ix.exact) == 0 && len(ix.patterns) == 0 {
		return nil
	}
	best := ix.exact[id]
	for _, p := range ix.patterns {
		if (best == nil || p.mute.ExpiresAt.After(best.ExpiresAt)) && p.expr.MatchString(id) {
			best = p.mute
		}
	}
	return best
}
