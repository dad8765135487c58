// Package form makes forms of nouns. The fields of a struct become fields of
// a form, in the order and by the names of the document that the struct is
// written as (its json tags), and what was typed becomes the struct again. A list
// of structs becomes a list of elements with an empty one at the end, which is
// added when it is filled in.
//
// Nothing here knows the rules of the nouns: what can be read is handed to the verb,
// and the place that its error names (teams.web.cadence.days) is marked in the form.
package form
