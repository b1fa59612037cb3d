import { type Execute, Killed } from './world.ts';

/** Counts the commands of each business unit, and kills the instance right after that command of a unit which it is told. */
export const countingKills = () => {
  const executed = new Map<string, number>();
  const killAfter = new Map<string, number>();
  const execute =
    (real: Execute): Execute =>
    async (decider, stream, command, context, options) => {
      const outcome = await real(decider, stream, command, context, options);
      const bu = stream.slice(stream.indexOf('-') + 1).split('.')[0] ?? '';
      const count = (executed.get(bu) ?? 0) + 1;
      executed.set(bu, count);
      if (count === killAfter.get(bu)) throw new Killed(`after command ${count} of ${bu}`);
      return outcome;
    };
  /** A business unit for each of so many commands, to be killed after that one. */
  const unitsKilledAfterEach = (commands: number): readonly string[] => {
    const units = Array.from({ length: commands }, (_, index) => `K${index + 1}`);
    for (const [index, bu] of units.entries()) killAfter.set(bu, index + 1);
    return units;
  };
  return { executed, killAfter, execute, unitsKilledAfterEach };
};
