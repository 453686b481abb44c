package main

import (
	"fmt"
	"math"
	"strings"
)

// The size of a chart, in SVG units, and the room around what is drawn.
const (
	chartWidth, chartHeight = 760, 280
	left, right             = 70, 36
	top, bottom             = 16, 40
)

// chart is a picture of lines, laid out: all that is left is to write it.
type chart struct {
	Title, XLabel string
	Lines         []line
	XTicks        []tick
	YTicks        []tick
}

// line is one curve.
type line struct {
	Name  string
	Class string // line0, line1, …: its colour
	Path  string // of SVG
}

// tick is a mark on an axis.
type tick struct {
	At    float64
	Label string
}

// series is one curve before it is laid out. A point that is NaN interrupts it.
type series struct {
	name   string
	points [][2]float64
}

// axis leads from values to the picture.
type axis struct {
	low, high float64 // values
	from, to  float64 // picture
	log       bool
}

func (a axis) at(v float64) float64 {
	low, high := a.low, a.high
	if a.log {
		v, low, high = math.Log10(max(v, a.low)), math.Log10(a.low), math.Log10(a.high)
	}
	return a.from + (v-low)/(high-low)*(a.to-a.from)
}

func xAxis(low, high float64) axis {
	if !(high > low) {
		high = low + 1
	}
	return axis{low: low, high: high, from: left, to: chartWidth - right}
}

// yAxis begins at the bottom: from 0, or in powers of ten around all values.
func yAxis(log bool, all ...series) axis {
	low, high := math.Inf(1), 0.0
	for _, s := range all {
		for _, p := range s.points {
			if p[1] > 0 {
				low, high = min(low, p[1]), max(high, p[1])
			}
		}
	}
	a := axis{from: chartHeight - bottom, to: top, log: log}
	if !log {
		a.high = niceCeil(high)
		return a
	}
	if high == 0 {
		low, high = 1, 10
	}
	a.low, a.high = math.Pow(10, math.Floor(math.Log10(low))), math.Pow(10, math.Ceil(math.Log10(high)))
	if a.high <= a.low {
		a.high = a.low * 10
	}
	return a
}

// niceCeil is the next of some round numbers.
func niceCeil(v float64) float64 {
	if !(v > 0) {
		return 1
	}
	base := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
		if v <= m*base {
			return m * base
		}
	}
	return 10 * base
}

// ticks are marks of a: every power of ten, or some even steps.
func (a axis) ticks(label func(float64) string) (all []tick) {
	if a.log {
		for v := a.low; v <= a.high*1.001; v *= 10 {
			all = append(all, tick{a.at(v), label(v)})
		}
		return all
	}
	step := niceCeil((a.high - a.low) / 6)
	for v := a.low; v <= a.high+step/1000; v += step {
		all = append(all, tick{a.at(v), label(v)})
	}
	return all
}

// draw lays out curves on two axes.
func draw(title, xLabel string, x, y axis, xTicks, yTicks []tick, all ...series) chart {
	c := chart{Title: title, XLabel: xLabel, XTicks: xTicks, YTicks: yTicks}
	for i, s := range all {
		var path strings.Builder
		pen := "M"
		for _, p := range s.points {
			if math.IsNaN(p[1]) {
				pen = "M"
				continue
			}
			fmt.Fprintf(&path, "%s%.1f %.1f", pen, x.at(p[0]), y.at(p[1]))
			pen = "L"
		}
		c.Lines = append(c.Lines, line{Name: s.name, Class: fmt.Sprintf("line%d", i), Path: path.String()})
	}
	return c
}
