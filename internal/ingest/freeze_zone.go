package ingest

import (
	"strings"
	"time"

	"headway"
)

// calendarZone finds the zone that a calendar names: as IANA does, with a
// vendor's path before it, or as Windows does.
func calendarZone(id string) (*time.Location, error) {
	if name, known := windowsZones[id]; known {
		id = name
	}
	for parts := strings.Split(strings.Trim(id, "/"), "/"); len(parts) > 0; parts = parts[1:] {
		if name := strings.Join(parts, "/"); name != "Local" {
			if z, err := time.LoadLocation(name); err == nil && name != "" {
				return z, nil
			}
		}
	}
	return nil, headway.Invalidf("", "the time zone %q is not known", headway.Shorten(headway.PlainText(id), 60)).WithHint("use an IANA name such as Europe/Berlin in the calendar")
}

// windowsZones are the names that Outlook and Exchange write most, after the
// Unicode CLDR's windowsZones.xml.
var windowsZones = map[string]string{
	"UTC": "UTC", "GMT Standard Time": "Europe/London", "Greenwich Standard Time": "Atlantic/Reykjavik", "W. Europe Standard Time": "Europe/Berlin",
	"Central Europe Standard Time": "Europe/Budapest", "Romance Standard Time": "Europe/Paris", "Central European Standard Time": "Europe/Warsaw",
	"E. Europe Standard Time": "Europe/Chisinau", "FLE Standard Time": "Europe/Kyiv", "GTB Standard Time": "Europe/Bucharest", "Turkey Standard Time": "Europe/Istanbul",
	"Russian Standard Time": "Europe/Moscow", "Israel Standard Time": "Asia/Jerusalem", "South Africa Standard Time": "Africa/Johannesburg",
	"Arabian Standard Time": "Asia/Dubai", "India Standard Time": "Asia/Kolkata", "SE Asia Standard Time": "Asia/Bangkok", "China Standard Time": "Asia/Shanghai",
	"Singapore Standard Time": "Asia/Singapore", "Tokyo Standard Time": "Asia/Tokyo", "Korea Standard Time": "Asia/Seoul", "AUS Eastern Standard Time": "Australia/Sydney",
	"New Zealand Standard Time": "Pacific/Auckland", "Eastern Standard Time": "America/New_York", "Central Standard Time": "America/Chicago",
	"Mountain Standard Time": "America/Denver", "US Mountain Standard Time": "America/Phoenix", "Pacific Standard Time": "America/Los_Angeles",
	"Atlantic Standard Time": "America/Halifax", "E. South America Standard Time": "America/Sao_Paulo", "Argentina Standard Time": "America/Buenos_Aires",
}
