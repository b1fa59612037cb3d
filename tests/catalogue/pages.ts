import { type Aggregate, titles } from './aggregates.ts';
import type { Catalogue, DescribedEvent, DescribedField } from './catalogue.ts';
import type { Answering, Consumers } from './consumers.ts';
import type { Source } from './producers.ts';

/** From the folder of the pages to the root of the repository. */
const up = '../..';
const listed = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');
const inCell = (text: string): string => text.replaceAll('|', '\\|');
const linkTo = ({ type, category }: DescribedEvent): string => `[${type}](${category}.md#${type.toLowerCase()})`;

const streamOf = (category: string, aggregates: readonly Aggregate[]): string => {
  const told = aggregates
    .map(({ meaning }) => /Streams? `([^`]+)`/.exec(meaning)?.[1])
    .find((found) => found !== undefined);
  return told ?? `${category}-<bu>.<id>`;
};

const firstSentence = (text: string): string => /^.*?[.:](?= |$)/.exec(text)?.[0] ?? text;

const lists = 2;

/** Long lists say nothing more than their first elements do. */
const shortened = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, lists).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shortened(member)]));
};

const keptWords = { personal: 'personal, sealed', secret: 'secret, sealed' } as const;

const fieldRow = ({ path, type, unit, isOptional, isNullable, kept, meaning }: DescribedField): string => {
  const notes = [
    ...(isOptional ? ['optional'] : []),
    ...(isNullable ? ['or null'] : []),
    ...(kept === 'personal' || kept === 'secret' ? [keptWords[kept]] : []),
  ];
  const told = unit === '' ? type : `${type}, ${unit}`;
  return `| \`${path}\` | ${inCell(told)} | ${notes.join(', ')} | ${inCell(meaning)} |`;
};

const fieldTable = (fields: readonly DescribedField[]): readonly string[] =>
  fields.length === 0
    ? ['It has no data of its own.', '']
    : ['| Field | Type | | |', '|---|---|---|---|', ...fields.map(fieldRow), ''];

const sourceWords = ({ kind, name }: Source): string =>
  kind === 'worker' ? name : kind === 'step' ? `step \`${name}\`` : `\`${name}\``;

const madeBy = ({ commands, makers }: DescribedEvent): readonly string[] => [
  ...commands.map(({ name, askers }) => {
    const asked = askers.length === 0 ? 'nobody asks for it yet' : askers.map(sourceWords).join(', ');
    return `  - \`${name}\`: ${asked}`;
  }),
  ...(makers.length === 0 ? [] : [`  - ${makers.map(sourceWords).join(', ')}`]),
];

const stepWords = ({ process, steps }: Answering): string => {
  const told = steps.map(({ step, partner }) => `\`${step}\`${partner === undefined ? '' : ` (adapter ${partner})`}`);
  return `\`${process}\`${told.length === 0 ? '' : ` with ${told.join(', ')}`}`;
};

const readBy = (consumers: Consumers): readonly string[] => {
  const { readModels, reports, processes, notices, documents, templates, readers } = consumers;
  const rows: readonly (readonly [string, string])[] = [
    ['Read models', listed(readModels)],
    ['Reports', listed(reports)],
    ['Process managers', processes.map(stepWords).join('; ')],
    ['Webhooks', listed(notices)],
    ['Documents for partners', listed(documents)],
    ['Postings', templates === 'corrected' ? 'the template of the journal that it corrects' : listed(templates ?? [])],
    ['Looked for in', readers.map((file) => `[${file}](${up}/${file})`).join(', ')],
  ];
  return rows.filter(([, words]) => words !== '').map(([name, words]) => `- ${name}: ${words}`);
};

const eventSection = (event: DescribedEvent): readonly string[] => [
  ...[`## ${event.type}`, '', event.meaning, ''],
  ...[`Version ${event.version}, declared in [${event.file}](${up}/${event.file}).`, ''],
  ...fieldTable(event.fields),
  ...['- Made by:', ...madeBy(event), ...readBy(event.consumers), ''],
  ...['<details><summary>Example</summary>', '', '```json'],
  ...[JSON.stringify(shortened(event.example), null, 2), '```', '', '</details>', ''],
];

const page = (category: string, { aggregates, events }: Catalogue): string => {
  const own = aggregates.filter((aggregate) => aggregate.category === category);
  const theirs = events.filter((event) => event.category === category);
  const deciders = own.flatMap(({ declared, meaning }) => {
    if (declared === undefined) return meaning === '' ? [] : [meaning, ''];
    const link = `[${declared.file}](${up}/${declared.file})`;
    return [`${meaning === '' ? '' : `${meaning} `}Decided in ${link}.`, ''];
  });
  return [
    ...[`# ${titles[category]}`, '', '[All events](README.md)', ''],
    ...[`Streams \`${streamOf(category, own)}\`.`, ''],
    ...deciders,
    ...[theirs.map(({ type }) => `[${type}](#${type.toLowerCase()})`).join(' · '), ''],
    ...theirs.flatMap(eventSection),
  ].join('\n');
};

const index = (catalogue: Catalogue, categories: readonly string[]): string => {
  const { aggregates, events } = catalogue;
  const rowOf = (category: string): string => {
    const own = aggregates.filter((aggregate) => aggregate.category === category);
    const theirs = events.filter((event) => event.category === category);
    const links = theirs.map(linkTo).join(', ');
    return `| [${titles[category]}](${category}.md) | \`${streamOf(category, own)}\` | ${links} |`;
  };
  return [
    ...['# Events', ''],
    `Every event that this product writes: ${events.length} types. This is made from the code by \`npm run docs\`, and a test fails when it is not what the code says; nothing here is written by hand.`,
    '',
    'Money is text of whole minor units, a quantity text of whole base units, a price decimal text of major units. `[]` is every element of a list, `{}` every value that is kept under a name of its own. What is personal or secret is sealed before it is appended ([domain/personal](../../domain/personal/README.md)). Beside its data each event has the metadata of [domain/eventLog.ts](../../domain/eventLog.ts). The read model `event_index` has every event, so it is named nowhere. A command that is named may lead to the event, and who asks for it may do so: read from the code, branch by branch, and rather too much than too little.',
    '',
    ...['## By aggregate', '', '| Aggregate | Streams | Events |', '|---|---|---|', ...categories.map(rowOf), ''],
    ...['## By name', '', '| Event | What happened |', '|---|---|'],
    ...[...events]
      .sort((one, other) => (one.type < other.type ? -1 : 1))
      .map((event) => `| ${linkTo(event)} | ${inCell(firstSentence(event.meaning))} |`),
    '',
  ].join('\n');
};

/** The pages by the names of their files. Throws for streams that have no title. */
export const pagesOf = (catalogue: Catalogue): ReadonlyMap<string, string> => {
  const used = new Set(catalogue.events.map(({ category }) => category));
  const untitled = [...used].filter((category) => titles[category] === undefined);
  if (untitled.length > 0) throw new Error(`no title for ${untitled.join(', ')}`);
  const categories = Object.keys(titles).filter((category) => used.has(category));
  return new Map([
    ['README.md', index(catalogue, categories)],
    ...categories.map((category) => [`${category}.md`, page(category, catalogue)] as const),
  ]);
};
