import type { Position } from '../../domain/eventLog.ts';
import type { WarehouseInboxPorts } from './warehouseInboxPorts.ts';
import type { createWarehouseLanes } from './warehouseLanes.ts';
import { isInPlace, type Pending, type Place, parkable, toKeep } from './warehousePending.ts';

/**
 * How far an inbox is in its feed: where it reads on, and the stored cursor, which stays before the oldest message that is
 * neither done nor kept.
 */
export const createInboxPlace = (
  checkpoint: string,
  ports: Pick<WarehouseInboxPorts, 'checkpoints' | 'parked'>,
  lanes: ReturnType<typeof createWarehouseLanes>,
) => {
  /** Cursors in front of the pages that are not done yet, oldest first. */
  let pages: { readonly page: number; readonly before: string }[] = [];
  let pageNumber = 0;
  let cursor: string | undefined;
  let stored: Position | 'start' = 'start';
  /** Parked messages that are taken. */
  let gone: Place[] = [];

  /** Keeps these and moves the stored cursor, or only moves it. False: another inbox moved it. */
  const move = async (leaving: readonly Pending[], to: Position | 'start'): Promise<boolean> => {
    if (leaving.length === 0)
      return to === stored || to === 'start' || ports.checkpoints.advance(checkpoint, stored, to);
    const rows = leaving.map((entry) => toKeep(entry));
    if ((await ports.parked?.park(checkpoint, rows, stored, to)) !== true) return false;
    for (const [index, entry] of leaving.entries()) {
      if (entry.parkedAs !== undefined && !isInPlace(entry)) gone.push(entry.parkedAs);
      const { laneKey, item } = rows[index] as Place;
      Object.assign(entry, { page: null, parkedAs: { laneKey, item } });
    }
    lanes.keptBehind();
    return true;
  };

  /** What is to be kept from now on, and the pages of which something else is open. */
  const standing = () => {
    const all = lanes.all();
    const keepable = ([lane, pending]: (typeof all)[number]) => [...parkable(pending), ...lanes.behindIn(lane)];
    const leaving = ports.parked === undefined ? [] : all.flatMap(keepable);
    const left = new Set(leaving);
    const open = new Set(
      all.flatMap(([, pending]) => pending.filter((entry) => !left.has(entry)).map(({ page }) => page)),
    );
    return { leaving, rest: pages.filter(({ page }) => open.has(page)) };
  };

  return {
    /** Where to read on; undefined: it has to start over. */
    cursor: (): string | undefined => cursor,
    /** At the stored cursor, with nothing read. */
    startOver: async (): Promise<void> => {
      pages = [];
      gone = [];
      stored = await ports.checkpoints.read(checkpoint);
      cursor = stored === 'start' ? '' : stored;
    },
    /** A page was read from `before` to `after`; its number. One without messages has none of its own. */
    passed: (before: string, after: string, messages: number): number => {
      if (messages > 0) {
        pageNumber += 1;
        pages.push({ page: pageNumber, before });
      }
      cursor = after;
      return pageNumber;
    },
    /** What is kept in this place tells nothing any more. */
    gone: (place: Place): void => void gone.push(place),
    /** Moves the stored cursor over the pages that are done, and over what is kept here. */
    persist: async (): Promise<void> => {
      const { leaving, rest } = standing();
      const before = (rest[0]?.before ?? cursor ?? '') as Position | '';
      const to = before === '' ? stored : before;
      if (await move(leaving, to)) {
        // Not before: what could not be kept still holds its page.
        pages = rest;
        stored = to;
      } else cursor = undefined;
      if (gone.length === 0) return;
      await ports.parked?.done(checkpoint, gone);
      gone = [];
    },
  };
};
