import type { Controls } from '../steering/controls.ts';

/** The lanes of a consumer that are to be tried now, before their time; each request is answered once. */
export const createHastening = (consumer: string, controls: Pick<Controls, 'retries'> | undefined) => {
  let honoured = new Map<string, string>();
  return (): readonly string[] => {
    const asked = controls?.retries(consumer) ?? [];
    const fresh = asked.filter(({ laneKey, token }) => honoured.get(laneKey) !== token);
    honoured = new Map(asked.map(({ laneKey, token }) => [laneKey, token]));
    return fresh.map(({ laneKey }) => laneKey);
  };
};
