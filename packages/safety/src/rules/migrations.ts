// Migration tools and frameworks told to drop, reset or roll back a schema.
import { has, operands } from '../call.js';
import { MODIFY_DATABASE, type Rule } from '../rule.js';

const words = (args: readonly string[]): string[] => operands(args, ['-h', '-p', '-n', '-u', '-s', '-c', '-e', '-d', '--schema', '--env']);

export const MIGRATION_RULES: readonly Rule[] = [
  {
    id: 'migration-undo',
    category: 'databases',
    reason: MODIFY_DATABASE,
    programs: [
      'prisma',
      'knex',
      'sequelize',
      'sequelize-cli',
      'typeorm',
      'rails',
      'rake',
      'alembic',
      'flyway',
      'liquibase',
      'dotnet',
      'dotnet-ef',
      'supabase',
      'drizzle-kit',
      'atlas',
      'mix',
      'diesel',
      'sqlx',
      'goose',
      'dbmate',
      'migrate',
      'hasura',
      'mikro-orm',
      'node-pg-migrate',
      'db-migrate',
      'flask',
      'convex',
      'wasp',
      'bin/rails',
      'migrate-mongo',
      'encore',
      'payload',
      'strapi',
      'medusa',
      'typeorm-ts-node-commonjs',
      'typeorm-ts-node-esm',
      'firebase',
      'phinx',
    ],
    when: ({ program, args }) => {
      if (has(args, '--force-reset', '--accept-data-loss')) return true;
      const said = words(args).slice(0, 4).join(' ');
      if (program === 'firebase') return /^(firestore:delete|database:remove)\b/.test(said);
      if (program === 'rails' || program === 'rake' || program === 'bin/rails')
        return /\bdb:(\w+:)*(drop|reset|purge|rollback|truncate_all|down|schema:load|setup|redo)\b/.test(said);
      if (!program.startsWith('dotnet') && /^(clean|drop|down|reset)\b/.test(said)) return true;
      if (program === 'mix') return /^ecto\.(drop|reset|rollback)\b/.test(said);
      return /\b(db:(drop|reset|wipe|migrate:undo)|migrate:(rollback|down|reset|fresh)|(schema|migration):(drop|revert|fresh|down)|migrate (reset|down)|(database|db) (drop|reset|downgrade)|migration revert|schema (drop|clean)|drop-all|dropAll|rollback\b|downgrade|migration:drop)\b/.test(
        said,
      );
    },
    asks: [
      'npx prisma migrate reset',
      'npx prisma db push --schema a.prisma --force-reset',
      'npx knex migrate:rollback --all -q',
      'rails db:drop',
      'rake db:reset',
      'alembic downgrade base',
      'dotnet ef database drop --context Shop',
      'supabase db reset --linked',
      'mix ecto.drop',
      'npx typeorm schema:drop -d lib/db.ts',
    ],
    runs: [
      'npx prisma migrate dev',
      'npx prisma generate',
      'rails db:migrate',
      'alembic upgrade head',
      'dotnet build',
      'rails generate migration DropMembers',
      'npx sequelize-cli migration:generate --name drop-members',
      'mix test',
      'dotnet clean',
    ],
  },
  {
    id: 'framework-data',
    category: 'databases',
    reason: MODIFY_DATABASE,
    programs: ['python', 'django-admin', 'manage.py', 'php', 'artisan', 'console', 'drush', 'wp'],
    when: ({ program, args }) => {
      const at = args.findIndex((arg) => /(^|\/)(manage\.py|artisan|console)$/.test(arg));
      if (at < 0 && (program === 'python' || program === 'php')) return false;
      const [verb = '', ...rest] = operands(args.slice(at + 1));
      return (
        /^(flush|reset_db|migrate:(fresh|reset|refresh|rollback)|db:wipe|doctrine:(database|schema):drop|sql:drop|sql-drop|truncate\w*)$/.test(
          verb,
        ) ||
        (verb === 'migrate' && rest.includes('zero')) ||
        (verb === 'db' && ['drop', 'reset', 'clean'].includes(rest[0] ?? ''))
      );
    },
    asks: [
      'python manage.py flush --no-input',
      'python manage.py migrate app zero',
      'php artisan migrate:fresh',
      'php bin/console doctrine:database:drop --force',
      'wp db reset --yes',
    ],
    runs: ['python manage.py migrate', 'python manage.py makemigrations --name remove_field', 'php artisan migrate', 'php artisan serve'],
  },
];
