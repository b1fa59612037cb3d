import { describe, expect, test } from '@jest/globals';
import { readAgentConfig } from '../../../api/agent/environment.ts';
import { addressBelow, makeCarry } from '../../../api/agent/target.ts';
import { ConfigInvalid, readConfig } from '../../../api/config.ts';
import { principalOfClaims } from '../../../api/credentials.ts';
import { systemsByAgent } from '../../../api/erpSystems.ts';
import { adaptersOf } from '../../../api/wiring/declaredAdapters.ts';

const mistakesOf = (read: () => unknown): readonly string[] => {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.mistakes;
    throw error;
  }
};

describe('O-47: whoever hands out calls reaches nothing but what is below the address that the agent has', () => {
  const base = new URL('http://erp.local:8080/api');

  test.each([
    ['/orders?$filter=a%20eq%20%27b%2Fc%27', 'http://erp.local:8080/api/orders?$filter=a%20eq%20%27b%2Fc%27'],
    ['/orders/PO%2F1', 'http://erp.local:8080/api/orders/PO%2F1'],
    ['', 'http://erp.local:8080/api'],
    ['?x=1', 'http://erp.local:8080/api?x=1'],
  ])('%s is below it', (path, address) => {
    expect(addressBelow(base, path)).toBe(address);
  });

  test.each([
    '@evil.example/',
    '.evil.example/',
    ':9/',
    'x',
    '/../admin',
    '/a/../../admin',
    '/%2e%2e/admin',
    '/.%2E/admin',
    '/a%2f..%2f..%2fadmin',
    '/a/..%5c..%5cadmin',
    '/..\\admin',
    '/%zz',
    '/a#b',
    '/a\r\nHost: evil',
    '/a b',
    'http://evil.example/',
  ])('%j is not', (path) => {
    expect(addressBelow(base, path)).toBeUndefined();
  });

  test('an address without a path has everything of its host below it', () => {
    expect(addressBelow(new URL('https://erp.local'), '/x')).toBe('https://erp.local/x');
    expect(addressBelow(new URL('https://erp.local'), '//evil.example/x')).toBe('https://erp.local//evil.example/x');
    expect(addressBelow(new URL('https://erp.local'), '@evil/')).toBeUndefined();
  });

  test.each([
    [{ path: '@evil.example/' }, 'ADDRESS'],
    [{ method: 'DELETE' }, 'METHOD'],
    [{ headers: { 'x-a': 'b\r\nauthorization: c' } }, 'HEADERS'],
  ])('%j is refused and sent nowhere', async (changes, code) => {
    const carry = makeCarry({ url: base, authorization: 'Bearer local' }, async () => {
      throw new Error('it was sent');
    });
    const asked = { callId: 'c', operation: 'o', method: 'GET', path: '/', headers: {}, body: undefined };
    const answer = await carry({ ...asked, timeoutMs: 1_000, answerBytesMax: 10, ...changes });
    expect(answer).toEqual({ kind: 'failed', failure: 'REFUSED', code });
  });
});

describe('O-47: configuration', () => {
  const right = { AGENT_SERVICE_URL: 'https://tl.example/', AGENT_KEY: 'k', AGENT_TARGET_URL: 'http://erp.local/api/' };

  test('an agent is told where the service is, who it is, and what it stands in front of', () => {
    expect(readAgentConfig({ ...right, AGENT_TARGET_USER: 'u', AGENT_TARGET_PASSWORD: 'p' })).toMatchObject({
      service: { url: 'https://tl.example', key: 'k' },
      target: { authorization: 'Basic dTpw' },
      callsMax: 16,
    });
  });

  test('all mistakes are told together', () => {
    const wrong = {
      AGENT_SERVICE_URL: 'http://tl.example',
      AGENT_TARGET_URL: 'http://u:p@erp.local',
      AGENT_CALLS_MAX: '33',
    };
    expect(mistakesOf(() => readAgentConfig({ ...wrong, AGENT_TARGET_USER: 'u', AGENT_TARGET_TOKEN: 't' }))).toEqual([
      'AGENT_SERVICE_URL must be an https:// address: what is carried is about customers and money',
      'AGENT_TARGET_URL must be an address without a query, a fragment, a user and a password',
      'AGENT_CALLS_MAX must be a whole number from 1 to 32',
      'AGENT_KEY and AGENT_KEY_FILE say who the agent is: set one of the two',
      'AGENT_TARGET_USER and AGENT_TARGET_PASSWORD belong together: set both, or neither',
      'AGENT_TARGET_TOKEN and AGENT_TARGET_USER both let the agent in: set one of the two',
    ]);
    expect(mistakesOf(() => readAgentConfig({}))).toHaveLength(3);
  });

  test('the service is told which systems wait for one, and keeps no secret of theirs', () => {
    const systems = '{"legacy":{"interface":"soap","url":"agent"},"cloud":{"interface":"rest","url":"https://c"}}';
    const config = readConfig({ ERP_URL: 'agent', WMS_URL: 'agent', ERP_SYSTEMS: systems });
    expect(systemsByAgent(config)).toEqual(['erp', 'legacy', 'wms']);
    const behind = adaptersOf(config).flatMap(({ name, agentOf }) =>
      agentOf === undefined ? [] : [`${name} ${agentOf}`],
    );
    expect(behind).toEqual([
      'erp erp',
      'erp-receivables erp',
      'erp-book erp',
      'legacy legacy',
      'wms wms',
      'wms-feed wms',
    ]);
    const secret = '{"legacy":{"interface":"soap","url":"agent","token":"t"}}';
    const known = () => readConfig({ ERP_URL: 'agent', ERP_TOKEN: 't', ERP_SYSTEMS: secret });
    expect(mistakesOf(known).map((text) => text.split(':')[0])).toEqual(['ERP_TOKEN', 'ERP_SYSTEMS legacy']);
    expect(mistakesOf(() => readConfig({ TAX_URL: 'agent' }))).toHaveLength(1);
  });

  test('a token names the one system of an agent', () => {
    expect(principalOfClaims({ sub: 'edge', roles: 'agent', system: 'erp' })).toMatchObject({
      roles: ['agent'],
      system: 'erp',
    });
    expect(principalOfClaims({ sub: 'edge', roles: 'agent', system: ['erp', 'wms'] })?.system).toBeUndefined();
  });
});
