import type { Difference, Explanation } from '../../domain/reconciliation/events.ts';
import type { Clock } from '../ports.ts';
import { CannotCompare, type ComparedPair, type StandingBreak } from './ports.ts';
import { comparingSnapshots, type SnapshotReads } from './snapshotsCompared.ts';
import { firstOf, told } from './told.ts';

type Place = { readonly node: string; readonly item: string };
type OpenRelease = Place & { readonly releaseId: string; readonly shipmentId: string; readonly isKept: boolean };

type Feed = {
  readonly node: string;
  readonly snapshotId: string;
  readonly takenAt: string;
  /** Since when it lists all that it has; null: it does not. */
  readonly fullAt: string | null;
};

export type SnapshotsPairPorts = SnapshotReads & {
  /** Nodes whose definition says what their snapshots count. */
  readonly nodes: (bu: string) => readonly string[];
  /** The last snapshot of each node that sent one. */
  readonly feeds: (bu: string) => Promise<readonly Feed[]>;
  /** The place of the log's last event; empty while there is none. */
  readonly head: () => Promise<string>;
  /** False: read models did not show within reasonable time what was in the log when they were asked. */
  readonly caughtUp: () => Promise<boolean>;
  /** Of each of these places, the oldest first and so many at most. */
  readonly openReleases: (bu: string, places: readonly Place[], limit: number) => Promise<readonly OpenRelease[]>;
  readonly clock: Clock;
  /** For so long after a snapshot messages of before it may still come. */
  readonly graceMs?: number;
};

/** Gateways send in batches: what left just before a snapshot is told of within the hour. */
const graceMsUsual = 3_600_000;
const releasesPerItemMax = 20;
/** A node that has been silent for longer is a stale feed, not a difference. */
const comparedMs = 7 * 86_400_000;

const isWhole = ({ fullAt }: Feed, notBefore: string): boolean => fullAt !== null && fullAt >= notBefore;

const placeOf = ({ node, item }: Difference): Place | undefined =>
  node === null || item === null ? undefined : { node, item };

const keyOf = ({ node, item }: Place): string => `${node}/${item}`;

const unexplained = ({ ours, theirs }: Difference): Explanation => {
  if (ours === null) return told('NO_POSITION', 'MISSING_HERE');
  return theirs === null ? told('NOT_LISTED', 'MISSING_THERE') : told('COUNTS_DIFFER', 'QUANTITY');
};

/**
 * Goods as nodes tell of them by themselves, against our books as of each snapshot. Nobody can be asked to send something again, so
 * what differs waits for what may be under way and then takes a person, who counts or corrects: nothing is posted.
 */
export const createSnapshotsPair = (ports: SnapshotsPairPorts): ComparedPair => {
  const { graceMs = graceMsUsual } = ports;
  /** Of the run that is under way: when the other side was as it says. */
  let takenAt: ReadonlyMap<string, string> = new Map();

  const compare: ComparedPair['compare'] = async ({ bu }, standing, signal) => {
    const ours = await ports.head();
    if (!(await ports.caughtUp())) throw new CannotCompare('READ_MODEL_BEHIND');
    const ofDialect = new Set(ports.nodes(bu));
    const feeds = (await ports.feeds(bu)).filter(({ node }) => ofDialect.has(node));
    const [first] = feeds;
    if (first === undefined) throw new CannotCompare('NOT_OFFERED');
    const nodes = feeds.map(({ node }) => node);
    const notBefore = new Date(Date.parse(ports.clock()) - comparedMs).toISOString();
    const asked = { bu, nodes, notBefore, standing };
    const { compared, found, same, reason } = await comparingSnapshots(ports, asked, signal);
    takenAt = new Map(found.map((one) => [one.difference.object.id, one.takenAt]));
    // Neither side has anything of what was not seen, where the node listed all that it has and tells of nothing else meanwhile.
    const last = new Map((await ports.feeds(bu)).map(({ node, snapshotId }) => [node, snapshotId]));
    const whole = feeds.filter((feed) => isWhole(feed, notBefore) && last.get(feed.node) === feed.snapshotId);
    const isAbsent = (id: string): boolean => whole.some(({ node }) => id.startsWith(`${node}/`));
    return {
      ...{ compared, reason, differences: found.map(({ difference }) => difference) },
      agreed: reason === null ? [...standing].filter((id) => same.get(id) ?? isAbsent(id)) : [],
      cut: {
        takenAt: feeds.reduce((oldest, feed) => (feed.takenAt < oldest ? feed.takenAt : oldest), first.takenAt),
        theirs: firstOf(
          feeds.map(({ node, snapshotId }) => `${node}:${snapshotId}`),
          'nodes',
        ),
        ours,
      },
    };
  };

  const mayBeUnderWay = ({ object }: Difference, earlier: StandingBreak | undefined): boolean => {
    const at = takenAt.get(object.id);
    return earlier === undefined || at === undefined || Date.parse(ports.clock()) - Date.parse(at) < graceMs;
  };

  /** Where they have less than we do, they may have shipped what we have not heard of. */
  const explaining: ComparedPair['explaining'] = async ({ bu }, differences) => {
    const less = differences.filter(({ difference }) => difference?.startsWith('-') === true);
    const places = less.flatMap((one) => placeOf(one) ?? []);
    const open = places.length === 0 ? [] : await ports.openReleases(bu, places, releasesPerItemMax);
    const byPlace = Map.groupBy(open, keyOf);
    return async (difference, earlier) => {
      const here = byPlace.get(difference.object.id) ?? [];
      const kept = here.filter(({ isKept }) => isKept).map(({ shipmentId }) => shipmentId);
      if (kept.length > 0) return told('MESSAGE_KEPT', 'TIMING', kept);
      if (mayBeUnderWay(difference, earlier)) return told('NOT_EXPLAINED_YET', 'TIMING');
      const releases = here.map(({ releaseId }) => releaseId);
      return releases.length > 0 ? told('CONFIRMATION_LOST', 'MISSING_HERE', releases) : unexplained(difference);
    };
  };

  return { pair: 'snapshots', canAsk: (bu) => ports.nodes(bu).length > 0, compare, explaining };
};
