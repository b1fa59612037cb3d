import type { AuditSample } from '../auditSample/auditSample.ts';
import {
  asDrawn,
  type Drawn,
  drawnFrom,
  hitsOf,
  lineOrder,
  pointsOf,
  rankOf,
  type SampleItem,
  stratumOf,
  type TextHash,
} from '../auditSample/draw.ts';
import { isInPopulation, totalsOf } from '../auditSample/population.ts';
import type { Bundle, JournalClaim } from './bundle.ts';
import { canonicalJson } from './canonicalJson.ts';
import { type CheckedEvent, type Finding, recordedOf, type Tools } from './findings.ts';
import { hex, type Sha256 } from './merkle.ts';

const encoder = new TextEncoder();

const textHash =
  (sha256: Sha256): TextHash =>
  (text) =>
    hex(sha256(encoder.encode(text)));

const differs = (detail: string): Finding => ({ code: 'SAMPLE_DIFFERS', detail });

/** The sample that a bundle was asked for, as the log has it; undefined: it is of none, or does not hold it. */
export const sampleIn = (
  { manifest }: Bundle,
  events: readonly CheckedEvent[],
  { decode }: Pick<Tools, 'decode'>,
): AuditSample | undefined => {
  if (manifest?.content.scope.kind !== 'audit-sample') return undefined;
  const stream = `sample-${manifest.content.bu}.${manifest.content.scope.sampleId}`;
  const found = events.find(({ content }) => content.type === 'AuditSampleDrawn' && content.stream === stream);
  const event = found && decode(recordedOf(found.content));
  return event?.type === 'AuditSampleDrawn' ? event.data : undefined;
};

const itemOf = ({ journalId, lineNo, debit, credit }: AuditSample['lines'][number]): SampleItem => ({
  line: `${journalId}:${lineNo}`,
  amount: BigInt(debit) + BigInt(credit),
});

/** Is each drawn line in the bundle as it was drawn, one that could be drawn, and is nothing else in it? */
const checkLines = (sample: AuditSample, journals: readonly JournalClaim[]): readonly Finding[] => {
  const byId = new Map(journals.map((journal) => [journal.journalId, journal]));
  const drawn = new Set(sample.lines.map(({ journalId }) => journalId));
  const extra = journals.filter(({ journalId }) => !drawn.has(journalId));
  return [
    ...extra.map(({ journalId }) => differs(`No line of journal ${journalId} was drawn.`)),
    ...sample.lines.flatMap(({ journalId, lineNo, role, account, debit, credit }) => {
      const journal = byId.get(journalId);
      const line = journal?.lines.find((each) => each.lineNo === lineNo);
      const name = `Line ${lineNo} of journal ${journalId}`;
      if (journal === undefined || line === undefined) return [differs(`${name} was drawn and is not in the bundle.`)];
      const shown = [line.role, line.account, line.functionalDebit, line.functionalCredit];
      return [
        ...(canonicalJson(shown) === canonicalJson([role, account, debit, credit])
          ? []
          : [differs(`${name} was drawn as another one than the bundle has.`)]),
        ...(isInPopulation(sample, journal, line) ? [] : [differs(`${name} is none of those that could be drawn.`)]),
      ];
    }),
  ];
};

/** What the drawn lines alone tell: each is chosen by the seed, and they are as many as they have to be. */
const checkChoice = ({ seed, strata, lines, method }: AuditSample, hash: TextHash): readonly Finding[] => {
  const items = lines.map(itemOf);
  const points = pointsOf(seed, strata[0]?.size ?? 0, totalsOf(strata).amount, hash);
  const places = items.map(({ amount }) => stratumOf(amount, strata));
  const wrong = lines.flatMap((line, index) => {
    const { line: id, amount } = items[index] as SampleItem;
    const is =
      'rank' in line ? line.rank === rankOf(seed, id, hash) : line.hits === hitsOf(BigInt(line.before), amount, points);
    return is ? [] : [differs(`Line ${id} is not chosen by the seed as the sample says.`)];
  });
  const isMiscounted =
    method === 'MONETARY_UNIT'
      ? lines.reduce((sum, line) => sum + ('hits' in line ? line.hits : 0), 0) !== points.size
      : strata.some(
          ({ size, count }, place) => places.filter((each) => each === place).length !== Math.min(size, count),
        );
  return [...wrong, ...(isMiscounted ? [differs('There are more or fewer lines than the method draws.')] : [])];
};

const sameDrawn = (drawn: readonly Drawn[], again: readonly Drawn[]): boolean =>
  canonicalJson(drawn) === canonicalJson(again);

/** Draws again, out of every line that could be drawn. */
const checkDraw = (
  sample: AuditSample,
  population: NonNullable<Bundle['population']>,
  hash: TextHash,
): readonly Finding[] => {
  const { strata, lines } = sample;
  const items = population.map(([line, amount]): SampleItem => ({ line, amount: BigInt(amount) }));
  const isOrdered = items.every(({ line }, index) => index === 0 || lineOrder(items[index - 1]?.line ?? '', line) < 0);
  if (!isOrdered) return [differs('The lines that could be drawn are not in their order, or one is there twice.')];
  const figures = strata.map((_, place) => {
    const those = items.filter(({ amount }) => stratumOf(amount, strata) === place);
    return `${those.length} ${those.reduce((sum, { amount }) => sum + amount, 0n)}`;
  });
  const recorded = strata.map(({ count, debit, credit }) => `${count} ${BigInt(debit) + BigInt(credit)}`);
  const amounts = new Map(population);
  const isThere = lines.map(itemOf).every(({ line, amount }) => amounts.get(line) === amount.toString());
  return [
    ...(figures.join() === recorded.join()
      ? []
      : [differs('The lines that could be drawn are not as many, or not as much, as when the sample was drawn.')]),
    ...(isThere && sameDrawn(lines.map(asDrawn), drawnFrom(items, sample, hash))
      ? []
      : [differs('Drawn again from the lines that could be drawn, the seed chooses other ones.')]),
  ];
};

/** Of a sample that was drawn before: that the bundle has its lines and that the seed chooses them. */
export const checkSample = (bundle: Bundle, events: readonly CheckedEvent[], tools: Tools): readonly Finding[] => {
  const scope = bundle.manifest?.content.scope;
  if (scope?.kind !== 'audit-sample') return [];
  const sample = sampleIn(bundle, events, tools);
  if (sample === undefined) return [differs(`The bundle has no event of sample ${scope.sampleId}.`)];
  const hash = textHash(tools.sha256);
  return [
    ...checkLines(sample, bundle.journals ?? []),
    ...checkChoice(sample, hash),
    ...(bundle.population === undefined ? [] : checkDraw(sample, bundle.population, hash)),
  ];
};

/** What is proven of a sample, and what whoever reads the verdict has to do besides. */
export const aboutSample = (sample: AuditSample, population: Bundle['population']) => {
  const { sampleId, method, seed, position, strata, lines } = sample;
  const { count } = totalsOf(strata);
  return {
    proven: [
      `Sample ${sampleId}: ${lines.length} lines drawn by ${method} with the seed ${seed}${
        population === undefined ? '' : `, and the same ones when it is drawn again from all ${count}`
      }.`,
    ],
    notes:
      population === undefined
        ? [
            `The ${count} lines that could be drawn are not in the bundle. To draw again, take them from report journal-detail as of position ${position}.`,
          ]
        : [],
  };
};
