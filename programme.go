package headway

import (
	"regexp"
	"strings"
	"time"
)

// Programme is the project-wide scope: its teams and its one release plan.
type Programme struct {
	ID, Key, Name string
	Zone          string // IANA name of the programme's time zone
	Gap           GapPolicy
	Hotfix        HotfixRule
	SlotMinutes   int // length of a planning slot, default 30
	WorkDays      []time.Weekday
	WorkFrom      Clock
	WorkTo        Clock
	WIPLimits     map[ItemState]int // of the ops board; 0 or absent means none
	Horizon       int               // sprints generated ahead for each team
	Sample        bool              // the sample programme of the demo
	Revision      int64             // grows with every change of a fact that the plan depends on
	CreatedAt     time.Time
}

// Holiday is a day on which nobody of the programme works.
type Holiday struct {
	ProgrammeID string
	Day         Date
	Name        string
}

// Calendar is the programme's working calendar with its holidays.
func (p Programme) Calendar(holidays []Holiday) (Calendar, error) {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return Calendar{}, Invalidf("zone", "%q is no time zone", p.Zone).WithHint("use an IANA name such as Europe/Berlin")
	}
	c := Calendar{Zone: zone, From: p.WorkFrom, To: p.WorkTo, Holidays: map[Date]string{}}
	for _, d := range p.WorkDays {
		c.Days[d] = true
	}
	for _, h := range holidays {
		c.Holidays[h.Day] = h.Name
	}
	return c, nil
}

var keyPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

// CheckKey refuses keys that could not stand in a URL.
func CheckKey(where, key string) error {
	const wanted = "use 1–63 lower-case letters, digits, dots, underscores and hyphens, starting with a letter or digit"
	if key == "" {
		return Invalidf(where, "a key is needed").WithHint(wanted)
	}
	if !keyPattern.MatchString(key) {
		return Invalidf(where, "%q is no key", key).WithHint(wanted)
	}
	return nil
}

// CheckName refuses empty and overlong names.
func CheckName(where, name string) error {
	if name == "" {
		return Invalidf(where, "a name is needed")
	}
	if len(name) > 200 {
		return Invalidf(where, "a name has at most 200 characters, this one %d", len(name))
	}
	return nil
}

// Check refuses a programme that could not be planned.
func (p Programme) Check() error {
	if err := CheckKey("key", p.Key); err != nil {
		return err
	}
	if err := CheckName("name", p.Name); err != nil {
		return err
	}
	if _, err := p.Calendar(nil); err != nil {
		return err
	}
	if p.SlotMinutes < 5 || p.SlotMinutes > 240 || 1440%p.SlotMinutes != 0 {
		return Invalidf("slot_minutes", "a planning slot of %d minutes does not divide a day", p.SlotMinutes).WithHint("use 15, 30 or 60")
	}
	if len(p.WorkDays) == 0 || p.WorkFrom >= p.WorkTo {
		return Invalidf("work_days", "the programme has no working time").WithHint("name working days, and hours such as 09:00 to 17:00")
	}
	if p.Horizon < 1 || p.Horizon > 60 {
		return Invalidf("horizon", "%d sprints ahead cannot be planned", p.Horizon).WithHint("use 1–60")
	}
	for state, n := range p.WIPLimits {
		if !state.valid() || n < 0 {
			return Invalidf("wip_limits", "%s: %d is no limit", state, n)
		}
	}
	if err := p.Hotfix.Check(); err != nil {
		return err
	}
	return p.Gap.Check()
}

// GapPolicy bounds the gap from sprint end to production, in working days.
type GapPolicy struct {
	Minimum int `json:"minimum" yaml:"minimum"` // no production within that many working days of sprint end
	Target  int `json:"target" yaml:"target"`
	Maximum int `json:"maximum" yaml:"maximum"`
}

// Check refuses a policy out of order.
func (g GapPolicy) Check() error {
	if g.Minimum < 0 || g.Target < g.Minimum || g.Maximum < g.Target || g.Maximum > 250 {
		return Invalidf("gap", "minimum %d, target %d, maximum %d are out of order", g.Minimum, g.Target, g.Maximum).
			WithHint("0 ≤ minimum ≤ target ≤ maximum ≤ 250 working days")
	}
	return nil
}

// GapBand tells where a gap lies against the policy.
type GapBand string

// The bands of the gap policy.
const (
	BelowMinimum  GapBand = "below-minimum"
	WithinTarget  GapBand = "within-target"
	BeyondTarget  GapBand = "beyond-target"
	BeyondMaximum GapBand = "beyond-maximum"
)

// Band places a gap of working days.
func (g GapPolicy) Band(days int) GapBand {
	switch {
	case days < g.Minimum:
		return BelowMinimum
	case days <= g.Target:
		return WithinTarget
	case days <= g.Maximum:
		return BeyondTarget
	default:
		return BeyondMaximum
	}
}

// Slug makes a key of a name, as web-shop of "Web shop"; empty when nothing of
// it can be one.
func Slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == 40 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}
