import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { makeMetrics } from '../../adapters/telemetry/metrics.ts';
import { commands } from '../../api/cli/commands.ts';
import { routes } from '../../api/routes.ts';
import { caseClasses, runbookOf } from '../../domain/exceptionCase/classes.ts';
import { caseObjects, caseWays, waysOut } from '../../domain/exceptionCase/remedies.ts';
import { readings } from './telemetryReadings.ts';

const docs = new URL('../../docs/', import.meta.url);
const pages = (await readdir(new URL('runbooks/', docs))).sort();
const textOf = (page: string): Promise<string> => readFile(new URL(`runbooks/${page}`, docs), 'utf8');
const alerts = await readFile(new URL('alerts.yml', docs), 'utf8');

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, part = '']) => part);
const runbooksOfAlerts = found(alerts, /runbook: docs\/runbooks\/(\S+)/g);

/** Of the terminal: its arguments' number, from `usage`, and the flags that it knows, those of the frame included. */
const known = new Map(
  commands.map(({ usage, options = [] }) => {
    const [name = '', ...args] = usage.split(' ');
    const flags = [...options.map((option) => option.flags.split(' ')[0]), '--json', '--url', '--key', '--as'];
    return [name, { needed: args.filter((arg) => arg.startsWith('<')).length, flags }] as const;
  }),
);

/** What is said of a command: its words, without what stands in quotes. */
const wordsOf = (line: string): readonly string[] =>
  line
    .replaceAll(/"[^"]*"/g, 'text')
    .trim()
    .split(/\s+/);

const isCommand = (span: string): boolean => known.has(span.split(' ')[0] ?? '');

describe('O-46 runbooks', () => {
  test('each class of exceptions and each alert has a page, and each page is about one', () => {
    const wanted = [...caseClasses.map((name) => runbookOf(name).replace('docs/runbooks/', '')), ...runbooksOfAlerts];
    expect([...new Set(wanted)].sort()).toEqual(pages);
    expect(runbooksOfAlerts).toHaveLength(found(alerts, /- alert: (\S+)/g).length);
  });

  test('each class is called as its page, and each way to end it over the interface is a route', async () => {
    const isRoute = (method: string, path: string) =>
      routes.some((route) => route.method === method.toLowerCase() && route.path === path);
    for (const name of caseClasses) {
      const { title, remedies } = caseWays[name];
      expect([name, `# ${title}`]).toEqual([
        name,
        (await textOf(runbookOf(name).replace('docs/runbooks/', ''))).split('\n')[0],
      ]);
      const gone = remedies.filter(([, request]) => !isRoute(...(request.split(' ') as [string, string])));
      expect([name, remedies.length > 0, gone]).toEqual([name, true, []]);
    }
    expect(Object.values(caseObjects).filter(({ href }) => !isRoute('GET', href))).toEqual([]);
  });

  test('a case fills in what it knows of them, and the rest stays in braces', () => {
    const of = { caseId: 'C-1', class: 'SUPPLY_LATE', bu: 'ACME', orderId: null, node: 'DC' } as const;
    const { href, remedies } = waysOut({ ...of, object: { kind: 'supply', id: 'DC/BELT/PO 1/2' } });
    expect(href).toBe('/v1/supplies/PO%201%2F2');
    expect(remedies.map(({ method, path }) => `${method} ${path}`)).toEqual([
      ...['reschedules', 'cancellations', 'receipts'].map((what) => `POST /v1/supplies/PO%201%2F2/${what}`),
      'POST /v1/ops/exceptions/C-1/resolutions',
    ]);
    const credit = waysOut({ ...of, class: 'TAX_MISMATCH', object: { kind: 'credit-memo', id: 'CM' } });
    expect([credit.href, credit.remedies[0]?.path]).toEqual([
      '/v1/credit-memos/CM',
      '/v1/invoices/{invoiceId}/tax-acceptances',
    ]);
    expect(waysOut({ ...of, object: { kind: 'constructor', id: 'X' } }).href).toBeNull();
  });

  test('each alert asks for metrics that are exposed', async () => {
    const { text } = await makeMetrics(readings).expose();
    const exposed = found(text, /# TYPE (\S+) /g);
    const asked = found(alerts, /\b(o2c_\w+)/g).map((name) => name.replace(/_bucket$/, ''));
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !exposed.includes(name))).toEqual([]);
  });

  test.each(
    pages,
  )('%s says what it means, how to look and what to do, with commands and routes that exist', async (page) => {
    const text = await textOf(page);
    expect(found(text, /^## (.*)$/gm)).toEqual(['What it means', 'How to look', 'What to do']);
    const shown = found(text, /^npm run -s throughline -- ([^#\n]+)/gm);
    expect(shown.length).toBeGreaterThan(0);
    const spans = found(text, /`([^`\n]+)`/g);
    for (const line of [...shown, ...spans.filter((span) => span.includes(' ') && isCommand(span))]) {
      const [name = '', ...rest] = wordsOf(line);
      const command = known.get(name);
      const flags = rest.filter((word) => word.startsWith('--'));
      expect([line, command === undefined, flags.filter((flag) => !command?.flags.includes(flag))]).toEqual([
        line,
        false,
        [],
      ]);
      expect([line, rest.filter((word) => !word.startsWith('--')).length >= (command?.needed ?? 0)]).toEqual([
        line,
        true,
      ]);
    }
    for (const span of spans.filter((each) => /^(GET|POST|PUT) \/v1/.test(each))) {
      const [method = '', path = ''] = span.split(' ');
      expect([span, routes.some((route) => route.method === method.toLowerCase() && route.path === path)]).toEqual([
        span,
        true,
      ]);
    }
    for (const other of found(text, /\]\((\S+\.md)\)/g)) expect(pages).toContain(other);
  });
});
