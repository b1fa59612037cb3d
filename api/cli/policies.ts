import { rename, writeFile } from 'node:fs/promises';
import { canonicalJson } from '../../domain/evidence/canonicalJson.ts';
import type { Difference } from '../../domain/masterData/policyChange.ts';
import { type Artefact, nameOfObject } from '../../domain/promotion/artefact.ts';
import type { PromotedKind } from '../../domain/promotion/events.ts';
import type { PromotionHead } from '../../projections/masterData/promotions.ts';
import { CallRefused } from '../client.ts';
import { table, titled } from '../terminal.ts';
import {
  type CliCommand,
  type CliOptions,
  requiredOption,
  type Shown,
  Stop,
  textOfFile,
  textOption,
  textOptions,
  typed,
} from './command.ts';
import { allItems } from './pages.ts';
import { callService, type Service } from './service.ts';

type Break = { readonly pointer: string; readonly code: string; readonly detail: string };

type Compared = {
  readonly kind: PromotedKind;
  readonly id: string;
  readonly sourceVersion: number;
  readonly outcome: 'ADDED' | 'CHANGED' | 'SAME';
  readonly replaces: { readonly version: number } | null;
  readonly diverged: boolean;
  readonly differences: readonly Difference[];
  /** Of a preview. */
  readonly breaks?: readonly Break[];
};

type Promotion = {
  readonly bu: string;
  readonly promotionId: string;
  readonly artefactSha256: string;
  readonly state: 'PROPOSED' | 'APPLIED' | 'IN_FORCE';
  readonly objects: readonly Compared[];
};

/** Something would break, or be replaced that was changed there. */
const wouldBreak = 6;

const pathOf = (bu: string, ...rest: readonly string[]): string =>
  `/v1/policies/${[bu, ...rest].map(encodeURIComponent).join('/')}`;

const fieldsText = (fields: Difference['before']): string =>
  fields === null
    ? '-'
    : Object.entries(fields)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ');

const objectRow = (one: Compared): readonly string[] => [
  nameOfObject(one),
  one.outcome,
  one.replaces === null ? '-' : String(one.replaces.version),
  String(one.sourceVersion),
  one.diverged ? 'changed here' : '',
];

const differenceRows = (one: Compared): readonly (readonly string[])[] =>
  one.differences.map(({ kind, part, key, before, after }) => [
    ...[nameOfObject(one), kind, `${part} ${key}`],
    ...[fieldsText(before), fieldsText(after)],
  ]);

const objectsText = (objects: readonly Compared[]): string => {
  const differences = objects.flatMap(differenceRows);
  const breaks = objects.flatMap((one) =>
    (one.breaks ?? []).map(({ pointer, code, detail }) => [nameOfObject(one), `${code} ${pointer}`, detail]),
  );
  return [
    table(titled('Object', '', 'In force', 'Comes as', ''), objects.map(objectRow)),
    ...(differences.length === 0 ? [] : [table(titled('Object', '', 'What', 'Before', 'After'), differences)]),
    ...(breaks.length === 0 ? [] : [`Would break:\n${table(titled('Object', 'Code', 'Why'), breaks)}`]),
  ].join('\n\n');
};

const artefactOf = async (file: string): Promise<Artefact> => {
  const text = await textOfFile(file);
  try {
    const artefact = JSON.parse(text) as Partial<Artefact>;
    if (typeof artefact.bu === 'string') return artefact as Artefact;
  } catch {
    // Said below: no JSON, or none of an artefact.
  }
  throw new Stop(`${file} holds no artefact. Make one with: ${typed} policies export <bu> --out ${file}`, 2);
};

/** Whole or not at all: a pipeline that was cut off leaves no half of an artefact. */
const keep = async (file: string, text: string): Promise<void> => {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
};

const exportTo = async (service: Service, bu: string, options: CliOptions): Promise<Shown> => {
  const include = textOption(options, 'include');
  const query = include === undefined ? '' : `?include=${encodeURIComponent(include)}`;
  const { artefact } = await service.get<{ readonly artefact: Artefact }>(`${pathOf(bu, 'artefact')}${query}`);
  const out = textOption(options, 'out');
  const text = `${canonicalJson(artefact)}\n`;
  if (out === undefined) return { value: artefact, text: text.trimEnd() };
  await keep(out, text);
  const { sha256, source, objects } = artefact;
  const rows = objects.map((object) => [nameOfObject(object), String(object.version), object.contentSha256]);
  return {
    value: { file: out, sha256, source, objects: objects.map(({ definition: _, ...head }) => head) },
    text: `${table(titled('Object', 'Version', 'SHA-256'), rows)}\n\n${out}: ${sha256}, signed by ${source.publicKey}`,
  };
};

const diff = async (service: Service, file: string, options: CliOptions): Promise<Shown> => {
  const artefact = await artefactOf(file);
  const over = textOptions(options, 'over');
  const value = await service.post<Pick<Promotion, 'objects'>>(pathOf(artefact.bu, 'promotions', 'dry-runs'), {
    artefact,
    over,
  });
  const stands = value.objects.some(
    (one) => (one.breaks ?? []).length > 0 || (one.diverged && !over.includes(nameOfObject(one))),
  );
  return { value, text: objectsText(value.objects), exitCode: stands ? wouldBreak : 0 };
};

/** Asks the second person; undefined: nobody has to agree any more. */
const askApproval = async (
  service: Service,
  { bu, promotionId, artefactSha256 }: Promotion,
): Promise<string | undefined> => {
  try {
    await service.post(pathOf(bu, 'promotions', promotionId, 'applications'), { artefactSha256 });
    return undefined;
  } catch (error) {
    if (error instanceof CallRefused && error.code === 'APPROVAL_REQUIRED') return String(error.problem.approvalId);
    throw error;
  }
};

const propose = async (service: Service, file: string, options: CliOptions): Promise<Shown> => {
  const artefact = await artefactOf(file);
  const reason = requiredOption(options, 'reason', '--reason');
  const over = textOptions(options, 'over');
  const proposed = await service.post<Promotion>(pathOf(artefact.bu, 'promotions'), { artefact, over, reason });
  const { bu, promotionId, state, objects } = proposed;
  const head = `${bu}/${promotionId}: ${state}`;
  if (state !== 'PROPOSED')
    return { value: { ...proposed, approvalId: null }, text: `${head}. Nothing is to be done.` };
  const approvalId = await askApproval(service, proposed);
  const next =
    approvalId === undefined
      ? 'It was agreed to before and is in force now.'
      : `Let somebody else run: ${typed} approve ${approvalId} --as finance --reason "..."\nThen: ${typed} policies apply ${bu}/${promotionId}`;
  return {
    value: { ...proposed, approvalId: approvalId ?? null },
    text: `${objectsText(objects)}\n\n${head}\n${next}`,
  };
};

const applyTo = async (service: Service, named: string): Promise<Shown> => {
  const [bu = '', promotionId = '', ...rest] = named.split('/');
  if (promotionId === '' || rest.length > 0) throw new Stop('Name it as propose did: <bu>/<promotionId>.', 2);
  const path = pathOf(bu, 'promotions', promotionId);
  const { artefactSha256 } = await service.get<PromotionHead>(path);
  const value = await service.post<{
    readonly state: string;
    readonly versions: readonly { readonly kind: PromotedKind; readonly id: string; readonly version: number }[];
  }>(`${path}/applications`, { artefactSha256 });
  const rows = value.versions.map((one) => [nameOfObject(one), String(one.version)]);
  return { value, text: `${named}: ${value.state}\n\n${table(titled('Object', 'In force'), rows)}` };
};

const listOf = async (service: Service, bu: string): Promise<Shown> => {
  const items = await allItems<PromotionHead>(service, pathOf(bu, 'promotions'));
  const rows = items.map((one) => [
    ...[`${one.bu}/${one.promotionId}`, one.state, one.proposedAt, one.proposedBy],
    ...[one.approvedBy ?? '-', one.source.keyId, one.reason],
  ]);
  const text = table(titled('Promotion', 'State', 'Proposed', 'By', 'Agreed', 'From key', 'Why'), rows);
  return { value: items, text: items.length === 0 ? 'Nothing was proposed from another environment.' : text };
};

const actions: Readonly<Record<string, (service: Service, what: string, options: CliOptions) => Promise<Shown>>> = {
  export: exportTo,
  diff,
  propose,
  apply: applyTo,
  list: listOf,
};

export const policiesCommand: CliCommand = {
  usage: 'policies <action> <what>',
  summary:
    'Policies and mappings from one environment to another: export <bu>, diff <file>, propose <file>, apply <bu>/<id>, list <bu>',
  callsService: true,
  as: 'admin',
  options: [
    { flags: '--include <objects>', text: 'export only these: accounts,posting or cross-reference:NORDBUY.ITEM' },
    { flags: '--out <file>', text: 'where export puts the artefact; without it, on the screen' },
    {
      flags: '--over <object>',
      text: 'replace this one although it was changed here: accounts:ACME',
      repeatable: true,
    },
    { flags: '--reason <text>', text: 'why it is proposed; it stays in the log' },
  ],
  examples: [
    'policies export ACME --out policies.json',
    'policies export ACME --include accounts,posting --out rules.json',
    'policies diff policies.json --url https://production.example',
    'policies propose policies.json --url https://production.example --reason "release 2026.12"',
    'policies apply ACME/01JD0000000000000000000461 --url https://production.example',
  ],
  run: async ([action = '', what = ''], options) => {
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run === undefined) throw new Stop(`Say one of: ${Object.keys(actions).join(', ')}.`, 2);
    return run(await callService(options), what, options);
  },
};
