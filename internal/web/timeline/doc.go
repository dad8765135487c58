// Package timeline draws the release plan: lanes of bars over time, as SVG
// made on the server. It is pure: Lay turns a typed picture of the plan into
// boxes with positions, and the template writes them down.
//
// The axis is not linear. A day off is narrower than a working day, and the
// hours of work take most of a day's width, because that is where operations
// work lies: a day of work is a bar that can be read, a night is a hair. The
// order of instants is always kept.
//
// Only what lies in the drawn span becomes a box, so the size of the page
// depends on what is seen and not on what is planned.
package timeline
