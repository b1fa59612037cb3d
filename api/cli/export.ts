import { readFile, rename, writeFile } from 'node:fs/promises';
import {
  type CliCommand,
  type CliOptions,
  countText,
  endProgress,
  progress,
  requiredOption,
  Stop,
  textOption,
} from './command.ts';
import { callService, type Service } from './service.ts';

type Scope = {
  readonly kind: string;
  readonly after?: string;
  readonly next?: string;
  readonly [field: string]: unknown;
};

type Made = {
  readonly exportId: string;
  readonly bu: string;
  readonly scope: Scope;
  readonly journals: number;
  readonly events: number;
  readonly treeSize: number;
};

type Part = Made & { readonly file: string; readonly wasThere: boolean };

const scopeOf = (options: CliOptions): Scope => {
  const orderId = textOption(options, 'order');
  if (orderId !== undefined) return { kind: 'order', orderId };
  const sampleId = textOption(options, 'auditSample');
  if (sampleId !== undefined) return { kind: 'audit-sample', sampleId };
  const period = requiredOption(options, 'period', '--order, --audit-sample or --period');
  const ledger = textOption(options, 'ledger') ?? 'PRIMARY';
  const sample = textOption(options, 'sample');
  if (sample === undefined) return { kind: 'period', ledger, period };
  if (!/^[1-9]\d{0,2}$/.test(sample)) throw new Stop('--sample is a whole number.', 2);
  const seed = textOption(options, 'seed');
  const chosen = { kind: 'sample', ledger, period, count: Number(sample) };
  return { ...chosen, ...(seed !== undefined && { seed }) };
};

/** Whole or not at all: a part that was cut off while it came is no part. */
const keep = async (file: string, bundle: unknown): Promise<void> => {
  await writeFile(`${file}.part`, `${JSON.stringify(bundle)}\n`);
  await rename(`${file}.part`, file);
};

const make = async (service: Service, body: object, fileOf: (made: Made) => string): Promise<Part> => {
  const made = await service.post<Made>('/v1/audit/exports', body);
  const file = fileOf(made);
  await keep(file, await service.get<unknown>(`/v1/audit/exports/${made.exportId}`));
  return { ...made, file, wasThere: false };
};

/** The part that an earlier, interrupted run left, if it is the one that is wanted. */
const partThere = async (file: string, bu: string, scope: Scope): Promise<Part | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { content } = (JSON.parse(text) as { readonly manifest: { readonly content: Made } }).manifest;
  const { next: _, ...begins } = content.scope;
  const isWanted = (part: object): boolean =>
    JSON.stringify(Object.entries(part).sort()) === JSON.stringify(Object.entries(scope).sort());
  if (content.bu !== bu || !isWanted(begins)) throw new Stop(`${file} is there and holds something else.`, 1);
  return { ...content, file, wasThere: true };
};

const partName = (base: string, number: number): string =>
  `${base.replace(/\.json$/, '')}-${String(number).padStart(3, '0')}.json`;

/** A period part by part, at most one in memory; parts that are there already are not asked for again. */
const exportPeriod = async (service: Service, bu: string, scope: Scope, base: string): Promise<readonly Part[]> => {
  const parts: Part[] = [];
  for (let after: string | undefined; ; ) {
    const file = partName(base, parts.length + 1);
    const wanted = { ...scope, ...(after !== undefined && { after }) };
    const part = (await partThere(file, bu, wanted)) ?? (await make(service, { bu, scope: wanted }, () => file));
    parts.push(part);
    after = part.scope.next;
    if (after === undefined) break;
    progress(`${parts.length} parts, ${countText(parts.reduce((sum, { journals }) => sum + journals, 0))} journals`);
  }
  endProgress();
  return parts;
};

const shown = (parts: readonly Part[]): string => {
  const sum = (field: 'journals' | 'events'): number => parts.reduce((total, part) => total + part[field], 0);
  const files = parts.map(({ file }) => file);
  const many = files.length > 1 ? `${files[0]} … ${files.at(-1)}: ${files.length} parts, ` : `${files[0]}: `;
  const treeSize = Math.max(...parts.map((part) => part.treeSize));
  const kept = parts.filter(({ wasThere }) => wasThere).length;
  return [
    ...(kept === 0
      ? []
      : [`Of these ${kept} lay there already and were left as they were; remove them for newer ones.`]),
    `${many}${sum('journals')} journals, ${sum('events')} events, proven by the checkpoint over ${treeSize} events.`,
    `Check ${files.length > 1 ? 'them' : 'it'} with: node throughline-verify.mjs --key <public key> ${files.join(' ')}`,
  ].join('\n');
};

export const exportCommand: CliCommand = {
  usage: 'export',
  summary:
    'A signed bundle of an order, a period, a reproducible sample or one that was drawn, for an auditor to check without us',
  callsService: true,
  // Who operates the service is not who audits it, so the auditor's key is the usual one here.
  as: 'auditor',
  options: [
    { flags: '--bu <bu>', text: 'the business unit' },
    { flags: '--order <id>', text: 'one order with everything behind it' },
    {
      flags: '--period <YYYYMM>',
      text: 'the journals of an accounting period, in parts of 1,000; goes on where it was stopped',
    },
    { flags: '--ledger <ledger>', text: 'PRIMARY unless said' },
    { flags: '--sample <n>', text: 'so many journals of the period, chosen by the seed' },
    { flags: '--audit-sample <id>', text: 'the lines of a sample that was drawn before' },
    { flags: '--seed <text>', text: 'makes the choice reproducible; one is made and told when it is missing' },
    { flags: '--out <file>', text: 'where to put it; the parts of a period are numbered: <file>-001.json' },
  ],
  examples: [
    'export --bu ACME --order 01J… --out order.json',
    'export --bu ACME --period 202611 --sample 25 --seed 2026-Q4',
    'export --bu ACME --audit-sample 01J…',
  ],
  run: async (_args, options) => {
    const bu = requiredOption(options, 'bu', '--bu');
    const scope = scopeOf(options);
    const service = await callService(options);
    const out = textOption(options, 'out');
    const parts =
      scope.kind === 'period'
        ? await exportPeriod(service, bu, scope, out ?? `export-${bu}-${textOption(options, 'period')}.json`)
        : [await make(service, { bu, scope }, ({ exportId }) => out ?? `export-${exportId}.json`)];
    return { value: parts.length > 1 ? parts : parts[0], text: shown(parts) };
  },
};
