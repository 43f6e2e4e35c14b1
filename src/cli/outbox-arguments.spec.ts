// Real: the reading of the command line. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { readCommand } from './outbox-arguments.js';
import { UsageError } from './usage.error.js';

const read = (line: string) => readCommand(line.split(' ').filter(Boolean));

describe('readCommand', () => {
  it.each([
    ['status', { name: 'status' }],
    ['list', { name: 'list', limit: 50 }],
    ['list --state dead --limit 7', { name: 'list', limit: 7, state: 'dead' }],
    ['show abc', { name: 'show', id: 'abc' }],
    ['retry abc', { name: 'retry', id: 'abc' }],
    ['retry --all-dead', { name: 'retry-all-dead' }],
    ['discard abc', { name: 'discard', id: 'abc' }],
    ['--help', { name: 'help' }],
    ['list -h', { name: 'help' }],
  ])('understands %s', (line, command) => {
    expect(read(line)).toEqual({ command, json: false });
    expect(read(`${line} --json`)).toEqual({ command, json: true });
  });

  it.each([
    ['', /A command is missing/],
    ['deliver', /There is no command deliver/],
    ['show', /show needs the ID/],
    ['status now', /status takes no argument; remove now/],
    ['show a b', /b is an unexpected argument/],
    ['list --state lost', /--state must be one of: pending, leased, done, dead, discarded/],
    ['list --limit 0', /--limit must be a whole number from 1 to 10000/],
    ['list --limit ten', /--limit must be a whole number from 1 to 10000/],
    ['status --limit 5', /belong to list/],
    ['discard --all-dead', /replaces the ID of retry/],
    ['retry abc --all-dead', /replaces the ID of retry/],
    ['status --colour', /Unknown option '--colour'/],
  ])('refuses "%s"', (line, message) => {
    expect(() => read(line)).toThrow(UsageError);
    expect(() => read(line)).toThrow(message);
  });
});
