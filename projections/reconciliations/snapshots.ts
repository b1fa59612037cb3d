import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { StockFigure } from '../../domain/stockSnapshot/dialect.ts';
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

const putLine = (event: Told, { told }: Rows, line: SnapshotLine, figures: ToldRow['figures']): void => {
  const { bu, node, snapshotId, takenAt, dialectVersion } = event.data;
  told.put({
    ...{ node_key: keyOf(event), node, item: line.item, snapshot_id: snapshotId, taken_at: takenAt },
    ...{ dialect_version: dialectVersion, said: line.said, figures, contradicts: line.contradicts === true, bu },
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

const changesTold = (event: Told, rows: Rows, feed: FeedRow): void => {
  for (const line of event.data.lines) {
    const before = rows.told.get(keyOf(event), line.item);
    // Of an item that was not listed among all there is, there was nothing.
    const known = before === undefined ? undefined : figuresOf(before.figures);
    const ofNothing = feed.full_at === null ? {} : lineFigures(line);
    const figures = known === undefined ? ofNothing : textOf(changed(known, figuresOf(lineFigures(line))));
    putLine(event, rows, line, figures);
  }
  putFeed(event, rows, { full_at: feed.full_at, missing: feed.missing, taken_at: event.data.takenAt });
};

/** Of what comes late nothing is news: something newer counts already. */
const isLate = ({ data }: Told, feed: FeedRow | undefined): boolean =>
  feed !== undefined && Date.parse(data.takenAt) < Date.parse(feed.taken_at);

const levelsTold = (event: Told, rows: Rows, feed: FeedRow | undefined): void => {
  if (isLate(event, feed)) return;
  const { scope, takenAt, lines } = event.data;
  const key = keyOf(event);
  if (scope === 'FULL') {
    const listed = new Set(lines.map(({ item }) => item));
    for (const { item } of rows.told.inGroup(key)) if (!listed.has(item)) rows.told.remove(key, item);
  }
  for (const line of lines) putLine(event, rows, line, lineFigures(line));
  const whole = { full_at: takenAt, missing: null };
  const part = { full_at: feed?.full_at ?? null, missing: feed?.missing ?? null };
  putFeed(event, rows, { ...(scope === 'FULL' ? whole : part), taken_at: takenAt });
};

/** What each node says that it has, item by item: the newest snapshot in the order in which they were taken there. */
export const snapshotTold = (event: Told, rows: Rows): void => {
  const { scope, follows } = event.data;
  const feed = rows.feeds.get(keyOf(event));
  if (scope !== 'CHANGES') levelsTold(event, rows, feed);
  else if (feed !== undefined && feed.snapshot_id === follows) changesTold(event, rows, feed);
  else lost(event, rows, feed);
};
