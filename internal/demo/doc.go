// Package demo fills an instance with the sample programme Atlas: four
// development teams and an operations team, two years of finished releases, and
// current ones in every state. What people do today it does through the verbs,
// as the people who would do it, with a clock that it moves through the past; a
// fixed seed makes every run alike but for its dates.
//
// Only the history of two years is stored past the verbs: two hundred releases
// with their whole work, decisions and deployments would take minutes, and the
// forecast asks no more of them than when they were shelved and live. Of the last
// months the work is told too, so that what the gap was spent on can be looked at.
package demo
