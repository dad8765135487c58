// Package pages measures what people wait for: bytes, the server's time and
// the browser's frames, for every page of the sample programme and of one of 50
// teams × 26 sprints. `make bench-pages` prints the table and fails where a page
// is over its budget.
package pages
