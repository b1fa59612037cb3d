import { createFraudClient } from '../../adapters/fraud/client.ts';
import { createFraudLookup } from '../../adapters/fraud/lookup.ts';
import type { Ask, Send } from '../../adapters/http/answers.ts';
import type { FraudEngine } from '../../commands/partnerPorts.ts';
import type { FraudLookup } from '../../commands/ports.ts';

/** Whoever asks for checks and has nobody to make them learns it at once, and each order goes on as its rule says. */
const nobody: { readonly engine: FraudEngine; readonly lookup: FraudLookup } = {
  engine: {
    engine: 'none',
    assess: async () => ({ kind: 'refused', code: 'FRAUD_ENGINE_MISSING', detail: 'FRAUD_URL is not set.' }),
  },
  lookup: { decision: async () => undefined },
};

/** The engine at `url`; an empty one is nobody. A simulator, which accepts everything, is for embedded mode alone. */
export const fraudEngineOf = (url: string, { send, ask }: { readonly send: Send; readonly ask: Ask }) =>
  url === ''
    ? nobody
    : {
        engine: createFraudClient({ engine: 'signifyd', send }),
        lookup: createFraudLookup({ engine: 'signifyd', ask }),
      };
