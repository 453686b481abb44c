// A chart of counts over time. It is painted in the theme's colours, and again when they change.
import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { clockText, locale, number } from "./i18n";
import { zone } from "./session";
import { theme } from "./theme";

interface Props {
  label: string; // what it shows, in words: the chart itself is a picture
  from: number; // seconds since 1970
  step: number; // seconds
  values: number[];
}

const height = 180; // px

export function Chart({ label, from, step, values }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const shown = useRef<uPlot.AlignedData>([[], []]);
  shown.current = [values.map((_, i) => from + i * step), values];
  const colours = theme.value + locale.value;
  useEffect(() => {
    const element = place.current!;
    let gone = false;
    const make = () => {
      void import("./uplot.js").then(({ default: Plot }) => {
        if (gone) return;
        chart.current?.destroy();
        chart.current = new Plot(options(element, Plot.paths.stepped!({ align: 1 })), shown.current, element);
      });
    };
    make();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", make);
    const sized = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height }));
    sized.observe(element);
    return () => {
      gone = true;
      dark.removeEventListener("change", make);
      sized.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [colours]);
  useEffect(() => chart.current?.setData(shown.current), [from, step, values]);
  return <div class="chart" role="img" aria-label={label} ref={place} />;
}

function options(element: HTMLElement, paths: uPlot.Series.PathBuilder): uPlot.Options {
  const style = getComputedStyle(element);
  const axis = { stroke: style.caretColor, grid: { stroke: style.borderTopColor, width: 1 }, ticks: { show: false }, font: `12px ${style.fontFamily}` };
  return {
    width: element.clientWidth, height, padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
    axes: [
      { ...axis, grid: { show: false }, values: (_, at) => at.map((s) => clockText(s * 1000, zone.value).slice(0, 5)), size: 28 },
      { ...axis, values: (_, at) => at.map((n) => Number.isInteger(n) ? number(n) : ""), size: 56 },
    ],
    series: [{}, { stroke: style.color, width: 1.5, fill: style.outlineColor, points: { show: false }, paths }],
  };
}
