import { ApiProperty } from '@nestjs/swagger';
import type { Session } from '../../../modules/session/index.js';

/** A live session, as its owner sees it. */
export class SessionView {
  @ApiProperty({ format: 'uuid', example: '0f5c6a8e-7f0b-4d0e-9a0c-5d3f1c2b7a90' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-26T22:00:00.000Z' })
  readonly created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-26T22:10:00.000Z' })
  readonly last_used_at!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    maxLength: 200,
    description: 'The user agent that signed in',
    example: 'curl/8.5.0',
  })
  readonly client!: string | null;

  @ApiProperty({ description: 'Whether the request was sent in this session' })
  readonly current!: boolean;

  static of({ id, createdAt, lastUsedAt, client }: Session, currentId: string): SessionView {
    return {
      id,
      created_at: new Date(createdAt).toISOString(),
      last_used_at: new Date(lastUsedAt).toISOString(),
      client,
      current: id === currentId,
    };
  }
}

/** All of them. */
export class SessionList {
  @ApiProperty({ type: [SessionView] })
  readonly data!: SessionView[];

  static of(sessions: readonly Session[], currentId: string): SessionList {
    return { data: sessions.map((session) => SessionView.of(session, currentId)) };
  }
}
