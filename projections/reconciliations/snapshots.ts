import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { type StockFigure, stockFigures } from '../../domain/stockSnapshot/dialect.ts';
import type { SnapshotLine } from '../../domain/stockSnapshot/events.ts';
import { changed, type Figures } from '../../domain/stockSnapshot/normalise.ts';
import { reflecting, type Sets } from '../projection.ts';
import type { FeedRow, SnapshotRows, ToldRow } from './snapshotRows.ts';

type Told = RecordedOf<'StockSnapshotTold'>;
type Rows = Sets<SnapshotRows>;

const keyOf = ({ data: { bu, node } }: Told): string => `${bu}.${node}`;

/** The rows that a snapshot is folded into. */
export const ofNode = (event: RecordedDomainEvent): readonly string[] =>
  event.type === 'StockSnapshotTold' ? [keyOf(event)] : [];

const textOf = (figures: Figures): ToldRow['figures'] =>
  Object.fromEntries(Object.entries(figures).map(([figure, qty]) => [figure, qty.toString()]));

const figuresOf = (figures: ToldRow['figures']): Figures =>
  Object.fromEntries(
    (Object.entries(figures) as [StockFigure, string][]).map(([figure, qty]) => [figure, BigInt(qty)]),
  );

const lineFigures = ({ figures }: SnapshotLine): ToldRow['figures'] =>
  Object.fromEntries(figures.map(({ figure, qty }) => [figure, qty]));

const putLine = (
  event: Told,
  { told }: Rows,
  line: SnapshotLine,
  figures: ToldRow['figures'],
  contradicts = line.contradicts === true,
): void => {
  const { bu, node, snapshotId, takenAt, dialectVersion } = event.data;
  told.put({
    ...{ node_key: keyOf(event), node, item: line.item, snapshot_id: snapshotId, taken_at: takenAt },
    ...{ dialect_version: dialectVersion, said: line.said, figures, contradicts, bu },
    ...reflecting(event),
  });
};

const putFeed = (event: Told, { feeds }: Rows, of: Pick<FeedRow, 'full_at' | 'missing' | 'taken_at'>): void => {
  const { bu, node, snapshotId } = event.data;
  feeds.put({ node_key: keyOf(event), node, snapshot_id: snapshotId, bu, ...of, ...reflecting(event) });
};

/** What they were to build on never came, so from here on nobody knows what is there, until all of it is told again. */
const lost = (event: Told, rows: Rows, feed: FeedRow | undefined): void => {
  for (const row of rows.told.inGroup(keyOf(event))) rows.told.put({ ...row, figures: {}, ...reflecting(event) });
  for (const line of event.data.lines) putLine(event, rows, line, {});
  putFeed(event, rows, {
    full_at: null,
    missing: feed?.missing ?? event.data.follows,
    taken_at: event.data.takenAt,
  });
};

const nothing: Figures = Object.fromEntries(stockFigures.map((figure) => [figure, 0n]));

const changesTold = (event: Told, rows: Rows, feed: FeedRow): void => {
  // Of an item that was not listed among all there is, there was nothing.
  const unlisted = feed.full_at === null ? {} : nothing;
  for (const line of event.data.lines) {
    const before = rows.told.get(keyOf(event), line.item);
    const known = before === undefined ? unlisted : figuresOf(before.figures);
    const { figures, contradicts } = changed(known, figuresOf(lineFigures(line)));
    // What cannot be stays so, whatever is added to it.
    const isWrong = contradicts || line.contradicts === true || before?.contradicts === true;
    putLine(event, rows, line, textOf(figures), isWrong);
  }
  putFeed(event, rows, { full_at: feed.full_at, missing: feed.missing, taken_at: event.data.takenAt });
};

const isLate = ({ data }: Told, feed: FeedRow | undefined): boolean =>
  feed !== undefined && Date.parse(data.takenAt) < Date.parse(feed.taken_at);

/** What is told as all there is lists no more what was told before, but for the other parts of the same moment, which may overtake it. */
const unlist = (event: Told, { told }: Rows, feed: FeedRow | undefined): void => {
  const moment = Date.parse(event.data.takenAt);
  const isRepeated = feed?.full_at != null && Date.parse(feed.full_at) === moment;
  const listed = new Set(event.data.lines.map(({ item }) => item));
  for (const { item, taken_at } of told.inGroup(keyOf(event)))
    if (!listed.has(item) && (isRepeated || Date.parse(taken_at) !== moment)) told.remove(keyOf(event), item);
};

const levelsTold = (event: Told, rows: Rows, feed: FeedRow | undefined): void => {
  const { scope, takenAt, lines } = event.data;
  if (scope === 'FULL') unlist(event, rows, feed);
  for (const line of lines) putLine(event, rows, line, lineFigures(line));
  const whole = { full_at: takenAt, missing: null };
  const part = { full_at: feed?.full_at ?? null, missing: feed?.missing ?? null };
  putFeed(event, rows, { ...(scope === 'FULL' ? whole : part), taken_at: takenAt });
};

/**
 * What each node says that it has, item by item: the newest snapshot in the order in which they were taken there. Of what comes
 * late nothing is news: something newer counts already, also than changes to what is older than that.
 */
export const snapshotTold = (event: Told, rows: Rows): void => {
  const { scope, follows } = event.data;
  const feed = rows.feeds.get(keyOf(event));
  if (scope === 'CHANGES' && feed !== undefined && feed.snapshot_id === follows) changesTold(event, rows, feed);
  else if (isLate(event, feed)) return;
  else if (scope === 'CHANGES') lost(event, rows, feed);
  else levelsTold(event, rows, feed);
};
