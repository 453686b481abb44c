// The chart library is a script of its own: only those who look at a chart load it.
export { default } from "uplot";
