import { setTimeout as delay } from 'node:timers/promises';
import type { RebuildView } from '../../projections/rebuild/queries.ts';
import { CallRefused } from '../client.ts';
import { countText, durationText, endProgress, progress, Stop, typed } from './command.ts';
import type { Service } from './service.ts';

const followIntervalMs = 300;
const barWidth = 30;

const stateText: Partial<Record<RebuildView['state'], string>> = {
  COMPARING: 'the log is read; comparing with the live build',
  AWAITING_SWAP: 'compared; the swap is next',
};

/** What a replay of the log says of itself. */
type Replaying = Pick<RebuildView, 'state' | 'processed' | 'total' | 'eventsPerSecond' | 'etaSeconds'>;

/** `[#####.....]  52 %  41,200 of 79,000 events  21,400/s  2 s left` */
export const progressLine = ({ state, processed, total, eventsPerSecond, etaSeconds }: Replaying): string => {
  const share = state !== 'REPLAYING' ? 1 : total > 0 ? Math.min(1, processed / total) : 0;
  const done = Math.round(share * barWidth);
  const bar = `[${'#'.repeat(done)}${'.'.repeat(barWidth - done)}]`;
  if (state !== 'REPLAYING') return `${bar} ${stateText[state] ?? state}`;
  if (total === 0) return `${bar} waiting for a worker of the service`;
  const [seen, all, rate] = [processed, total, Math.round(eventsPerSecond)].map(countText);
  const left = etaSeconds === null ? '' : `  ${durationText(etaSeconds * 1_000)} left`;
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${seen} of ${all} events  ${rate}/s${left}`;
};

/** The rebuild does not need whoever follows it: they are told its name before they are told what went wrong here. */
const orItsName = async <T>(rebuildId: string, asked: Promise<T>): Promise<T> => {
  try {
    return await asked;
  } catch (error) {
    endProgress();
    const isGone = error instanceof Stop || (error instanceof CallRefused && error.status >= 500);
    if (isGone)
      console.error(
        `What becomes of ${rebuildId} does not depend on this. To see it: ${typed} difference ${rebuildId}`,
      );
    throw error;
  }
};

/** Shows how far a rebuild is until `isOver`. */
export const followRebuild = async (
  service: Service,
  rebuildId: string,
  isOver: (view: RebuildView) => boolean,
): Promise<RebuildView> => {
  for (;;) {
    const path = `/v1/ops/rebuilds/${encodeURIComponent(rebuildId)}`;
    const view = await orItsName(rebuildId, service.get<RebuildView>(path));
    progress(progressLine(view));
    if (isOver(view)) {
      endProgress();
      return view;
    }
    await delay(followIntervalMs);
  }
};
