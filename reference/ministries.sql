-- The bodies that an empty database begins with, their names and their successions.
--
-- `jalon migrate` loads this file into an empty database only, after `schema.sql` and `reference/vocabularies.sql`. From then on the bodies
-- belong to the installation, which changes them through the API: no step may load this file again.

-- Stable bodies: one code for ever, whatever the government calls them. SIREN and SIRET from the public Sirene register and
-- annuaire-entreprises.data.gouv.fr; none was found for SPM; SOC carries that of the ministry in charge of social affairs.
insert into ministries (code, kind, siren, siret) values
  ('TE',    'pole_ministeriel',             '110068012', '11006801200050'),
  ('EF',    'pole_ministeriel',             '110020013', '11002001300097'),
  ('INT',   'pole_ministeriel',             '110014016', '11001401600015'),
  ('JUS',   'pole_ministeriel',             '110010014', '11001001400014'),
  ('EAE',   'pole_ministeriel',             '110006012', '11000601200014'),
  ('ARM',   'pole_ministeriel',             '110090016', '11009001600053'),
  ('CUL',   'pole_ministeriel',             '110046018', '11004601800013'),
  ('EN',    'pole_ministeriel',             '110043015', '11004301500012'),
  ('ESR',   'pole_ministeriel',             '110044013', '11004401300040'),
  ('AGR',   'pole_ministeriel',             '110070018', '11007001800012'),
  ('SOC',   'pole_ministeriel',             '130006802', '13000680200016'),
  ('SPM',   'pole_ministeriel',             null,        null),
  ('DINUM', 'direction_interministerielle', '130025265', '13002526500013'),
  ('FP',    'ministere',                    '130026727', '13002672700011');

-- Names since the government of 6 July 2020, from the lists of ministers published at each appointment; one principal name per body and date,
-- the other ministries of the same group are in the note. A null name closes the body from that date. The government of 5 October 2025,
-- which resigned the next day, is left out. Acronyms are given where a source gives one.
insert into ministry_names (ministry, from_date, name, acronym, note) values
  ('TE',    '2020-07-06', 'Ministère de la Transition écologique',                                                                                    'MTE',    'Ministères distincts : Cohésion des territoires et Relations avec les collectivités territoriales (MCTRCT) ; Mer'),
  ('TE',    '2022-05-20', 'Ministère de la Transition écologique et de la Cohésion des territoires',                                                  'MTECT',  'Ministère distinct : Transition énergétique'),
  ('TE',    '2024-09-21', 'Ministère de la Transition écologique, de l’Énergie, du Climat et de la Prévention des risques',                           null,     'Ministère distinct : Partenariat avec les territoires et Décentralisation'),
  ('TE',    '2024-12-23', 'Ministère de la Transition écologique, de la Biodiversité, de la Forêt, de la Mer et de la Pêche',                         null,     'Ministère distinct : Aménagement du territoire et Décentralisation'),
  ('TE',    '2025-10-12', 'Ministère de la Transition écologique, de la Biodiversité et des Négociations internationales sur le climat et la nature', null,     null),
  ('EF',    '2020-07-06', 'Ministère de l’Économie, des Finances et de la Relance',                                                                   'MEFR',   null),
  ('EF',    '2022-05-20', 'Ministère de l’Économie, des Finances et de la Souveraineté industrielle et numérique',                                    'MEFSIN', null),
  ('EF',    '2024-09-21', 'Ministère de l’Économie, des Finances et de l’Industrie',                                                                  null,     null),
  ('EF',    '2024-12-23', 'Ministère de l’Économie, des Finances et de la Souveraineté industrielle et numérique',                                    null,     null),
  ('EF',    '2025-10-12', 'Ministère de l’Économie, des Finances et de la Souveraineté industrielle, énergétique et numérique',                       null,     null),
  ('INT',   '2020-07-06', 'Ministère de l’Intérieur',                                                                                                 'MI',     null),
  ('INT',   '2022-07-04', 'Ministère de l’Intérieur et des Outre-mer',                                                                                'MIOM',   null),
  ('INT',   '2024-09-21', 'Ministère de l’Intérieur',                                                                                                 null,     'Les Outre-mer n’y sont plus'),
  ('JUS',   '2020-07-06', 'Ministère de la Justice',                                                                                                  'MJ',     null),
  ('EAE',   '2020-07-06', 'Ministère de l’Europe et des Affaires étrangères',                                                                         'MEAE',   null),
  ('ARM',   '2020-07-06', 'Ministère des Armées',                                                                                                     'MINARM', 'Autre sigle rencontré : MDA'),
  ('ARM',   '2024-09-21', 'Ministère des Armées et des Anciens combattants',                                                                          null,     null),
  ('ARM',   '2024-12-23', 'Ministère des Armées',                                                                                                     null,     null),
  ('ARM',   '2025-10-12', 'Ministère des Armées et des Anciens combattants',                                                                          null,     null),
  ('CUL',   '2020-07-06', 'Ministère de la Culture',                                                                                                  'MC',     null),
  ('EN',    '2020-07-06', 'Ministère de l’Éducation nationale, de la Jeunesse et des Sports',                                                         'MENJS',  null),
  ('EN',    '2022-05-20', 'Ministère de l’Éducation nationale et de la Jeunesse',                                                                     'MENJ',   null),
  ('EN',    '2024-09-21', 'Ministère de l’Éducation nationale',                                                                                       null,     null),
  ('EN',    '2024-12-23', 'Ministère de l’Éducation nationale, de l’Enseignement supérieur et de la Recherche',                                       null,     'Réunit l’Éducation nationale et l’Enseignement supérieur'),
  ('EN',    '2025-10-12', 'Ministère de l’Éducation nationale',                                                                                       null,     'L’Enseignement supérieur redevient distinct'),
  ('ESR',   '2020-07-06', 'Ministère de l’Enseignement supérieur, de la Recherche et de l’Innovation',                                                'MESRI',  null),
  ('ESR',   '2022-05-20', 'Ministère de l’Enseignement supérieur et de la Recherche',                                                                 'MESR',   null),
  ('ESR',   '2024-12-23', null,                                                                                                                       null,     'Réuni à l’Éducation nationale (EN)'),
  ('ESR',   '2025-10-12', 'Ministère de l’Enseignement supérieur, de la Recherche et de l’Espace',                                                    'MESRE',  'Redevient distinct de l’Éducation nationale (EN)'),
  ('AGR',   '2020-07-06', 'Ministère de l’Agriculture et de l’Alimentation',                                                                          'MAA',    null),
  ('AGR',   '2022-05-20', 'Ministère de l’Agriculture et de la Souveraineté alimentaire',                                                             'MASA',   null),
  ('AGR',   '2024-09-21', 'Ministère de l’Agriculture, de la Souveraineté alimentaire et de la Forêt',                                                null,     null),
  ('AGR',   '2024-12-23', 'Ministère de l’Agriculture et de la Souveraineté alimentaire',                                                             null,     null),
  ('AGR',   '2025-10-12', 'Ministère de l’Agriculture, de l’Agro-alimentaire et de la Souveraineté alimentaire',                                      null,     null),
  ('SOC',   '2020-07-06', 'Ministère des Solidarités et de la Santé',                                                                                 'MSS',    'Ministère distinct : Travail, Emploi et Insertion (MTEI)'),
  ('SOC',   '2022-05-20', 'Ministère de la Santé et de la Prévention',                                                                                null,     'Ministères distincts : Travail, Plein emploi et Insertion ; Solidarités, Autonomie et Personnes handicapées'),
  ('SOC',   '2024-09-21', 'Ministère de la Santé et de l’Accès aux soins',                                                                            null,     null),
  ('SOC',   '2024-12-23', 'Ministère du Travail, de la Santé, des Solidarités et des Familles',                                                       null,     null),
  ('SOC',   '2025-10-12', 'Ministère du Travail et des Solidarités',                                                                                  null,     'Ministère distinct : Santé'),
  ('SPM',   '2020-07-06', 'Services du Premier ministre',                                                                                             'SPM',    null),
  ('DINUM', '2020-07-06', 'Direction interministérielle du numérique',                                                                                'DINUM',  null),
  ('FP',    '2020-07-06', 'Ministère de la Transformation et de la Fonction publiques',                                                               'MTFP',   null);

-- Succession links whose day is known from the published lists of ministers.
insert into ministry_successions (predecessor, successor, succeeded_on, kind, note) values
  ('ESR', 'EN',  '2024-12-23', 'fusion',   'L’Enseignement supérieur et la Recherche rejoignent l’Éducation nationale'),
  ('EN',  'ESR', '2025-10-12', 'scission', 'L’Enseignement supérieur et la Recherche redeviennent un ministère');

-- What has always been known of these names.
insert into ministry_name_periods (ministry, from_date, known_from, known_to, name, acronym)
select ministry, from_date, '-infinity', 'infinity', name, acronym from ministry_names;

-- The ministries above were never created by a change: the feed begins with them.
insert into feed_entries (position, transaction, ministry, resource, version, recorded_at, inside, outside, state)
select pg_current_xact_id(), pg_current_xact_id(), m.code, 'ministry', m.version, m.created_at, 'revealed', 'revealed',
    jsonb_build_object('kind', m.kind, 'siren', m.siren, 'siret', m.siret, 'names', (
        select jsonb_agg(n.from_date || ' : ' || coalesce(n.name, '—') || coalesce(' (' || n.acronym || ')', '')
            || coalesce(' ; ' || n.note, '') order by n.from_date)
        from ministry_names n where n.ministry = m.code), 'successions', (
        select coalesce(jsonb_agg(s.succeeded_on || ' : ' || s.predecessor || ' → ' || s.successor || ' (' || s.kind || ')'
            || coalesce(' ; ' || s.note, '') order by s.succeeded_on, s.predecessor, s.successor), '[]')
        from ministry_successions s where m.code in (s.predecessor, s.successor)))
from ministries m order by m.code;
