import { Gauge, type Registry } from 'prom-client';

/** A business unit, channel, node, adapter or manager that has work, or is held or slowed down. */
export type GroupReading = {
  readonly group: string;
  readonly key: string;
  readonly waiting: number;
  readonly lagSeconds: number;
  readonly paused: boolean;
  /** By the service itself. */
  readonly automatic: boolean;
  /** Null: as fast as it can. */
  readonly perSecond: number | null;
};

const groupsMax = 200;

/** What groups wait for, so that an alert can name who is late, held or slow. The caller hands over the most important first. */
export const groupGauges = (registers: Registry[]) => {
  const labelNames = ['group', 'key'];
  const gauge = (name: string, help: string, labels = labelNames) =>
    new Gauge({ name, help, labelNames: labels, registers });
  const waiting = gauge('o2c_group_waiting_steps', 'Steps of a group that are not done.');
  const lag = gauge('o2c_group_lag_seconds', 'How long the oldest due step of a group has waited.');
  const paused = gauge('o2c_group_paused', '1 for a group that is held, by whom: a person, or the service itself.', [
    ...labelNames,
    'by',
  ]);
  const limit = gauge('o2c_group_steps_per_second_max', 'What a group is slowed down to.');
  return (readings: readonly GroupReading[]): void => {
    for (const each of [waiting, lag, paused, limit]) each.reset();
    for (const one of readings.slice(0, groupsMax)) {
      const { group, key } = one;
      waiting.set({ group, key }, one.waiting);
      lag.set({ group, key }, one.lagSeconds);
      if (one.paused) paused.set({ group, key, by: one.automatic ? 'service' : 'person' }, 1);
      if (one.perSecond !== null) limit.set({ group, key }, one.perSecond);
    }
  };
};
