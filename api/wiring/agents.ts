import { agentsSeen } from '../../projections/pauses/agents.ts';
import type { ReadHandle } from '../../projections/readModel.ts';
import { type Config, ConfigInvalid, servesApi } from '../config.ts';
import type { HealthCheck } from '../deps.ts';
import { systemsByAgent } from '../erpSystems.ts';
import type { Keys } from '../keys.ts';

/** The process stays ready without them: what is for their systems waits, and everything else goes on. */
export const agentChecks = (db: ReadHandle, systems: readonly string[]): readonly HealthCheck[] =>
  systems.length === 0
    ? []
    : [
        {
          name: 'agents',
          check: async () => {
            const away = (await agentsSeen(db, systems)).filter(({ agents }) => agents === 0);
            const told = away.map(({ system, lastSeenAt }) =>
              lastSeenAt === null ? `of ${system} none was ever here` : `of ${system} none since ${lastSeenAt}`,
            );
            return away.length === 0 ? { ready: true } : { ready: true, detail: told.join('; ') };
          },
        },
      ];

/** Throws `ConfigInvalid` where a system waits for an agent that nobody could be: tokens of an issuer may be anybody's. */
export const requireAgentKeys = (config: Config, keys: Keys): void => {
  if (config.jwt !== undefined || !servesApi(config.role)) return;
  const without = systemsByAgent(config).filter((system) => keys.agents?.[system] === undefined);
  if (without.length === 0) return;
  throw new ConfigInvalid(
    without.map(
      (system) =>
        `KEYS_FILE has no key for the agent of ${system}: add "agents": {"${system}": "…"}, made by npm run -s throughline -- new-agent-key ${system}`,
    ),
  );
};
