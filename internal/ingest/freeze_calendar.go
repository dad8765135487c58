package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"

	"headway"
	"headway/internal/recur"
)

// Limits of a calendar that is imported.
const (
	MaxCalendar       = 1 << 20 // bytes
	maxCalendarLine   = 8 << 10 // bytes, continuations joined
	maxCalendarLines  = 50_000
	maxCalendarEvents = 500
	maxCalendarDepth  = 4
)

// FreezeCalendar reads the events of an iCalendar file (RFC 5545) as freezes:
// recurrence rules with their exceptions, moved and cancelled times, extra
// dates. An event's UID makes the freeze's key, so that the same calendar again
// changes what changed and adds nothing twice. zone is that of times that name
// none. The error names the event.
func FreezeCalendar(r io.Reader, name string, zone *time.Location) ([]headway.FreezePart, error) {
	text, err := calendarText(r, name)
	if err != nil {
		return nil, err
	}
	cal, err := ical.NewDecoder(strings.NewReader(text)).Decode()
	if err != nil {
		return nil, headway.Invalidf(name, "this is no iCalendar file: %s", headway.Shorten(headway.PlainText(err.Error()), 160)).WithHint("export the calendar again as .ics")
	}
	if z, err := calendarZone(headway.Shorten(propText(cal.Component, "X-WR-TIMEZONE"), 100)); err == nil {
		zone = z
	}
	c := &freezeReader{name: name, zone: zone, at: map[string]int{}}
	events := cal.Events()
	if len(events) == 0 || len(events) > maxCalendarEvents {
		return nil, headway.Invalidf(name, "a calendar of freezes has 1–%d events, this one has %d", maxCalendarEvents, len(events))
	}
	for _, moved := range []bool{false, true} { // what is moved refers to what recurs
		for _, e := range events {
			if (e.Props.Get(ical.PropRecurrenceID) != nil) != moved {
				continue
			}
			if err := c.event(e); err != nil {
				return nil, err
			}
		}
	}
	return c.out, nil
}

// contentLine is a whole line, as RFC 5545 writes it; the decoder panics on others.
var contentLine = regexp.MustCompile(`^[A-Za-z0-9-]+(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*:`)

// calendarText reads a calendar and refuses what its decoder would choke on:
// too much, lines that are none, deep nesting, a second calendar after the first.
func calendarText(r io.Reader, name string) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxCalendar+1))
	switch {
	case err != nil:
		return "", headway.Invalidf(name, "the file ended while it was read").Because(err)
	case len(b) > MaxCalendar:
		return "", headway.Errorf(headway.TooLarge, "a calendar is at most %d bytes", MaxCalendar).At(name)
	case !utf8.Valid(b) || slices.Contains(b, 0):
		return "", headway.Invalidf(name, "the calendar is no text in UTF-8")
	}
	text := strings.TrimPrefix(strings.ReplaceAll(string(b), "\r\n", "\n"), "\ufeff")
	joined := strings.NewReplacer("\n ", "", "\n\t", "").Replace(text)
	depth, ended, lines := 0, false, 0
	for line := range strings.SplitSeq(joined, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		lines++
		begin, end := strings.HasPrefix(strings.ToUpper(line), "BEGIN:"), strings.HasPrefix(strings.ToUpper(line), "END:")
		shown := headway.Shorten(headway.PlainText(line), 60)
		switch {
		case lines > maxCalendarLines:
			return "", headway.Errorf(headway.TooLarge, "a calendar has at most %d lines", maxCalendarLines).At(name)
		case len(line) > maxCalendarLine:
			return "", headway.Errorf(headway.TooLarge, "the line %q is longer than %d bytes", shown, maxCalendarLine).At(name)
		case strings.Contains(line, "\r") || !contentLine.MatchString(line):
			return "", headway.Invalidf(name, "the line %q is none of iCalendar", shown).WithHint("export the calendar again as .ics")
		case ended:
			return "", headway.Invalidf(name, "something follows the end of the calendar").WithHint("import one calendar a file")
		case begin:
			depth++
		case end:
			depth--
			ended = depth == 0
		}
		if depth > maxCalendarDepth || depth < 0 || depth == 0 && !ended {
			return "", headway.Invalidf(name, "the line %q stands where it cannot", shown).WithHint("export the calendar again as .ics")
		}
	}
	if !ended {
		return "", headway.Invalidf(name, "the calendar has no end").WithHint("import the whole file")
	}
	return joined, nil
}

// freezeReader gathers freezes from events.
type freezeReader struct {
	name string
	zone *time.Location
	out  []headway.FreezePart
	at   map[string]int // by UID, of events that are not moved
}

func (c *freezeReader) event(e ical.Event) error {
	uid, title := propText(e.Component, ical.PropUID), headway.Shorten(oneLine(propText(e.Component, ical.PropSummary)), 100)
	where := c.name + ": " + headway.Shorten(title, 60)
	refuse := func(err error) error {
		if e, ok := err.(*headway.Error); ok { //nolint:errorlint // our own, just made
			return e.At(where)
		}
		return headway.Invalidf(where, "%s", err)
	}
	if title == "" {
		title = "Freeze"
	}
	start := e.Props.Get(ical.PropDateTimeStart)
	if start == nil || uid == "" {
		return refuse(headway.Invalidf("", "the event has no UID, or no start"))
	}
	cancelled := strings.EqualFold(propText(e.Component, ical.PropStatus), "CANCELLED")
	span, zone, err := c.span(e)
	if err != nil {
		return refuse(err)
	}
	key := uid
	if moved := e.Props.Get(ical.PropRecurrenceID); moved != nil {
		day, _, err := c.moment(*moved)
		if err != nil {
			return refuse(err)
		}
		if i, known := c.at[uid]; known {
			c.except(i, day)
		}
		key += "/" + moved.Value
	}
	if cancelled {
		return nil
	}
	f := headway.FreezePart{
		Key: calendarKey(key), Name: title, From: span.From.UTC(), To: span.To.UTC(), Zone: zone,
		Reason: headway.Shorten(oneLine(propText(e.Component, ical.PropDescription)), 500),
	}
	if e.Props.Get(ical.PropRecurrenceID) == nil {
		if _, twice := c.at[uid]; twice {
			return refuse(headway.Invalidf("", "two events have the UID %q", headway.Shorten(headway.PlainText(uid), 60)))
		}
		c.at[uid] = len(c.out)
	}
	c.out = append(c.out, f)
	if err := c.recurrence(len(c.out)-1, e); err != nil {
		return refuse(err)
	}
	if err := c.out[c.placeOf(f.Key)].Noun().Check(); err != nil {
		return refuse(err)
	}
	return nil
}

func (c *freezeReader) placeOf(key string) int {
	return slices.IndexFunc(c.out, func(f headway.FreezePart) bool { return f.Key == key })
}

// recurrence reads an event's rule, its exceptions and its extra dates.
func (c *freezeReader) recurrence(i int, e ical.Event) error {
	if len(e.Props.Values("EXRULE")) > 0 || len(e.Props.Values(ical.PropRecurrenceRule)) > 1 {
		return headway.Invalidf("", "an event with several rules, or with a rule of exceptions, is not taken").WithHint("write one event for each rule")
	}
	zone, rule := c.zoneOf(i), e.Props.Get(ical.PropRecurrenceRule)
	if rule != nil {
		c.out[i].Repeat = strings.TrimPrefix(strings.ToUpper(rule.Value), "RRULE:")
		if err := recur.Check(c.out[i].Repeat, c.out[i].From, zone); err != nil {
			return err
		}
	}
	for _, p := range e.Props.Values(ical.PropExceptionDates) {
		for value := range strings.SplitSeq(p.Value, ",") {
			at, _, err := c.moment(ical.Prop{Name: p.Name, Params: p.Params, Value: value})
			if err != nil {
				return err
			}
			if rule != nil {
				c.except(i, at)
			}
		}
	}
	length := c.out[i].To.Sub(c.out[i].From)
	for _, p := range e.Props.Values(ical.PropRecurrenceDates) {
		for value := range strings.SplitSeq(p.Value, ",") {
			at, _, err := c.moment(ical.Prop{Name: p.Name, Params: p.Params, Value: value})
			if err != nil {
				return err
			}
			if len(c.out) >= 4*maxCalendarEvents {
				return headway.Errorf(headway.TooLarge, "the calendar has more than %d times", 4*maxCalendarEvents)
			}
			extra := c.out[i]
			extra.Key, extra.Repeat, extra.Except = calendarKey(propText(e.Component, ical.PropUID)+"+"+value), "", nil
			extra.From, extra.To = at.UTC(), at.Add(length).UTC()
			if c.placeOf(extra.Key) < 0 {
				c.out = append(c.out, extra)
			}
		}
	}
	return nil
}

func (c *freezeReader) zoneOf(i int) *time.Location {
	return headway.Freeze{Zone: c.out[i].Zone}.Location(c.zone)
}

// except takes the day of a time out of what recurs.
func (c *freezeReader) except(i int, at time.Time) {
	day := headway.DateOf(at.In(c.zoneOf(i)))
	if c.out[i].Repeat != "" && !slices.Contains(c.out[i].Except, day) {
		c.out[i].Except = append(c.out[i].Except, day)
	}
}

// span gives from when to when an event lasts, and the name of its zone.
func (c *freezeReader) span(e ical.Event) (headway.Interval, string, error) {
	start := e.Props.Get(ical.PropDateTimeStart)
	from, zone, err := c.moment(*start)
	if err != nil {
		return headway.Interval{}, "", err
	}
	whole := len(start.Value) == len("20060102")
	if end := e.Props.Get(ical.PropDateTimeEnd); end != nil {
		to, _, err := c.moment(*end)
		return headway.Interval{From: from, To: to}, zone, err
	}
	length := time.Duration(0)
	if whole {
		length = 24 * time.Hour
	}
	if p := e.Props.Get(ical.PropDuration); p != nil {
		if length, err = p.Duration(); err != nil || length <= 0 || length > 3660*24*time.Hour {
			return headway.Interval{}, "", headway.Invalidf("", "%q is no length of a freeze", headway.Shorten(headway.PlainText(p.Value), 40))
		}
	}
	if whole {
		day := headway.DateOf(from).AddDays(int(length / (24 * time.Hour)))
		return headway.Interval{From: from, To: day.In(from.Location())}, zone, nil
	}
	return headway.Interval{From: from, To: from.Add(length)}, zone, nil
}

// moment reads a date or a time, by the clock of its zone, and names the zone;
// "" is that of times that name none.
func (c *freezeReader) moment(p ical.Prop) (time.Time, string, error) {
	value, utc := strings.CutSuffix(p.Value, "Z")
	day, clock, timed := strings.Cut(value, "T")
	layout, text := "20060102", day
	if timed {
		layout, text = "20060102150405", day+clock
	}
	civil, err := time.Parse(layout, text)
	if err != nil || headway.CheckTime(civil) != nil || len(text) != len(layout) {
		return time.Time{}, "", headway.Invalidf("", "%q is no time between 1970 and 2200", headway.Shorten(headway.PlainText(p.Value), 40))
	}
	zone, name := c.zone, ""
	if id := p.Params.Get(ical.PropTimezoneID); utc {
		zone, name = time.UTC, "UTC"
	} else if id != "" {
		if zone, err = calendarZone(id); err != nil {
			return time.Time{}, "", err
		}
		name = zone.String()
	}
	at := headway.DateOf(civil).At(headway.Clock(civil.Hour()*60+civil.Minute()), zone)
	return at.Add(time.Duration(civil.Second()) * time.Second), name, nil
}

// calendarKey makes the key of a freeze from what identifies its event.
func calendarKey(uid string) string {
	sum := sha256.Sum256([]byte(uid))
	return "cal-" + hex.EncodeToString(sum[:6])
}

// propText gives the text of a property, or nothing.
func propText(c *ical.Component, name string) string {
	p := c.Props.Get(name)
	if p == nil {
		return ""
	}
	text, err := p.Text()
	if err != nil {
		text = p.Value
	}
	return strings.TrimSpace(headway.PlainText(text))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
