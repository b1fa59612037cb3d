import { describe, expect, it } from '@jest/globals';
import { connectTo } from '../../../adapters/eventstoredb/connect.ts';
import { ConnectionStringInvalid } from '../../../adapters/eventstoredb/connectionString.ts';

describe('the connection string of EventStoreDB', () => {
  it.each([
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://admin:changeit@node1.example:2113',
    'esdb://admin:p%40ss%3Aword@node1:2113,node2:2113,node3:2113?nodePreference=leader&keepAliveInterval=10000',
    'esdb+discover://admin:changeit@cluster.example:2113?gossipTimeout=3&discoveryInterval=200',
  ])('may be %s', (text) => {
    expect(connectTo(text).client).toBeDefined();
  });

  it('gives the credentials as they are meant', () => {
    expect(connectTo('esdb://admin:p%40ss%3Aword@node').credentials).toEqual({
      username: 'admin',
      password: 'p@ss:word',
    });
  });

  it.each([
    ['postgres://localhost/x', 'scheme is postgres'],
    ['kurrentdb://localhost:2113?tls=false', 'scheme is kurrentdb'],
    ['esdb://', 'hosts are missing'],
    ['esdb://a:b:c@host', 'not user:password'],
    ['esdb://host:port?tls=false', 'hosts are host:port'],
    ['esdb+discover://a,b?tls=false', 'one DNS name'],
    ['esdb://host?tls=false&nodePreference=follower', 'nodePreference'],
    ['esdb://host?tls=false&throwOnAppendFailure=false', 'throwOnAppendFailure'],
    ['esdb://host?tls=false&timeout=5', 'sets timeout'],
    ['esdb://host?tls=maybe', 'user:password'],
    ['esdb://u:p@host?tlsCAFile=/nowhere/ca.crt', 'certificate'],
    ['esdb://u:secret@host?keepAliveInterval=x', 'cannot read it'],
  ])('may not be %s', (text, reason) => {
    expect(() => connectTo(text)).toThrow(ConnectionStringInvalid);
    expect(() => connectTo(text)).toThrow(reason);
  });

  it('never shows a password', () => {
    for (const text of [
      'esdb://admin:secret@@host',
      'esdb://admin:secret@host:x',
      'esdb://admin:secret@h?a=1',
      'x:secret@h',
    ]) {
      let message = '';
      try {
        connectTo(text);
      } catch (error) {
        message = String(error);
      }
      expect(message).toContain('esdb://[user:password@]');
      expect(message).not.toContain('secret');
    }
  });
});
