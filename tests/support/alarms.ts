import { readFile } from 'node:fs/promises';

/** What a scrape of `/metrics` said, and when. */
export type Scrape = { readonly atMs: number; readonly text: string };

export type AlarmState = 'inactive' | 'pending' | 'firing';

type Rule = {
  readonly metric: string;
  readonly selected: ReadonlyMap<string, string>;
  /** By which its series are told apart. */
  readonly label: string;
  readonly above: number;
  readonly forMs: number;
};

const alertsFile = new URL('../../docs/alerts.yml', import.meta.url);

/** The one shape of expressions that is read here; others are none of gauges with a limit. */
const ofGauge = /^max by \((\w+)\) \((\w+)(?:\{([^}]*)\})?\) > ([\d.]+)$/;

const labelsIn = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));

/** An alert as `docs/alerts.yml` has it. Throws where its expression is not the highest value of a gauge above a limit. */
export const alarmNamed = async (alert: string): Promise<Rule> => {
  const text = await readFile(alertsFile, 'utf8');
  const [, lines = ''] = text.split(`- alert: ${alert}\n`);
  const [, expr = ''] = /^\s+expr: (.*)$/m.exec(lines.split('- alert: ')[0] ?? '') ?? [];
  const [, minutes = '0'] = /^\s+for: (\d+)m$/m.exec(lines.split('- alert: ')[0] ?? '') ?? [];
  const [, label = '', metric = '', selector = '', above = ''] = ofGauge.exec(expr) ?? [];
  if (metric === '') throw new Error(`${alert}: ${expr} is not read here`);
  return { metric, selected: labelsIn(selector), label, above: Number(above), forMs: Number(minutes) * 60_000 };
};

/** The highest value of each series. */
const valuesOf = ({ metric, selected, label }: Rule, text: string): ReadonlyMap<string, number> => {
  const values = new Map<string, number>();
  for (const [, labels = '', value = ''] of text.matchAll(new RegExp(`^${metric}\\{([^}]*)\\} (\\S+)$`, 'gm'))) {
    const known = labelsIn(labels);
    if ([...selected].some(([name, wanted]) => known.get(name) !== wanted)) continue;
    const series = known.get(label) ?? '';
    values.set(series, Math.max(values.get(series) ?? Number.NEGATIVE_INFINITY, Number(value)));
  }
  return values;
};

/**
 * What Prometheus makes of each scrape, in their order: an alert is pending as long as a series is above the limit, and fires when
 * it has been so for the time that the rule says; one scrape below ends it.
 */
export const alarmStates = (rule: Rule, scrapes: readonly Scrape[]): readonly AlarmState[] => {
  let since = new Map<string, number>();
  return scrapes.map(({ atMs, text }) => {
    const active = [...valuesOf(rule, text)].filter(([, value]) => value > rule.above);
    since = new Map(active.map(([series]) => [series, since.get(series) ?? atMs]));
    if (since.size === 0) return 'inactive';
    return [...since.values()].some((startedMs) => atMs - startedMs >= rule.forMs) ? 'firing' : 'pending';
  });
};
