import type { Decider, Event } from '../../domain/decider.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { codePattern } from '../../domain/ids.ts';
import { businessUnits } from '../../domain/masterData/catalog.ts';
import type { LoadedStream } from '../handle.ts';
import type { AppPorts } from './callPorts.ts';

export type FoundStream<S> = LoadedStream<S> & { readonly bu: string; readonly stream: StreamName };

/**
 * The stream of an id whose business unit the caller did not name: each unit of the catalogue is tried, usually there is
 * one. Undefined: nobody has it, or the text cannot be an id.
 */
export const findStream = async <S, C, E extends Event>(
  { executor, catalog }: Pick<AppPorts, 'executor' | 'catalog'>,
  decider: Decider<S, C, E>,
  id: string,
): Promise<FoundStream<S> | undefined> => {
  if (!codePattern.test(id)) return undefined;
  for (const { bu } of businessUnits(catalog.current())) {
    const stream = streamName(decider.category, bu, id);
    const loaded = await executor.load(decider, stream);
    if (loaded.revision >= 0) return { bu, stream, ...loaded };
  }
  return undefined;
};
