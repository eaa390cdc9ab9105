-- The lists that plans are written in: themes, levels, statuses, states of a roadmap, roles, kinds of bodies.
--
-- `jalon migrate` loads this file into an empty database after `schema.sql`, and again with each step that names it. So each statement
-- brings the rows of a list to what is written here, whether they are there or not; none deletes a row.
-- How a list grows is in CONTRIBUTING.md, "Adding a theme, a level or a status".

-- The themes of the ministries’ plans; source labels T1 to T7 and their variants (MiNumEco, Licence Ouverte 2.0).
insert into themes (code, rank, label_fr, label_en, meaning_fr, meaning_en, action_code_prefix, aliases) values
  ('strategie_gouvernance',     1, 'Stratégie et gouvernance',           'Strategy and governance',       'Pilotage de la démarche, réseau de référents, mesure de l’empreinte, règles de dotation', 'Steering, network of correspondents, footprint assessment, allocation rules', 'STR', array['T1']),
  ('sensibilisation_formation', 2, 'Sensibilisation et formation',       'Awareness and training',        'Information des agents, gestes quotidiens, formation des métiers concernés', 'Informing staff, everyday habits, training of the trades concerned', 'SEN', array['T2', 'Sensibilisation']),
  ('achats',                    3, 'Achats',                             'Procurement',                   'Achat durable, réparable, reconditionné ; clauses des marchés', 'Durable, repairable and refurbished purchases; contract clauses', 'ACH', array['T3']),
  ('conception_services',       4, 'Conception de services numériques',  'Digital service design',        'Écoconception des sites, des téléservices et des applications', 'Ecodesign of sites, online services and applications', 'CON', array['T4', 'Conception de service numérique']),
  ('centre_donnees',            5, 'Salle serveur et centre de données', 'Server rooms and data centres', 'Hébergement, énergie et eau consommées, regroupement et arrêt de services', 'Hosting, energy and water use, consolidation and retirement of services', 'CDD', array['T5', 'Salle serveurs et centre de données']),
  ('phase_usage',               6, 'Phase d’usage',                      'Use phase',                     'Inventaire, durée d’usage, réglages, données et impressions', 'Inventory, service life, settings, data and printing', 'USA', array['T6']),
  ('fin_usage',                 7, 'Fin d’usage',                        'End of use',                    'Don, vente, remise en état, collecte et traitement des déchets d’équipements', 'Donation, sale, refurbishment, collection and treatment of waste equipment', 'FIN', array['T7', 'Fin d’usage et réemploi'])
on conflict (code) do update set
    rank = excluded.rank, label_fr = excluded.label_fr, label_en = excluded.label_en, meaning_fr = excluded.meaning_fr,
    meaning_en = excluded.meaning_en, action_code_prefix = excluded.action_code_prefix, aliases = excluded.aliases;

-- Target and reached engagement levels of an action (guide MiNumEco, practice a.2).
insert into levels (code, rank, label_fr, label_en, meaning_fr, meaning_en) values
  ('reflexion',       1, 'Réflexion',       'Study',    'Étude de faisabilité : l’engagement porte sur un livrable',   'Feasibility study: the commitment is a deliverable'),
  ('experimentation', 2, 'Expérimentation', 'Trial',    'Essai documenté sur un périmètre choisi',                     'Documented trial on a chosen perimeter'),
  ('realisation',     3, 'Réalisation',     'Roll-out', 'Mise en œuvre à l’échelle et suivi, ou action déjà en place', 'Implementation at scale with follow-up, or an action already in place')
on conflict (code) do update set
    rank = excluded.rank, label_fr = excluded.label_fr, label_en = excluded.label_en, meaning_fr = excluded.meaning_fr,
    meaning_en = excluded.meaning_en;

-- Statuses of an action; official_label is the wording of the état d’avancement of the guide MiNumEco (a.2), which has no word for an abandoned action.
insert into statuses (code, rank, label_fr, label_en, official_label, meaning_fr, meaning_en, is_open) values
  ('a_faire',    1, 'À faire',    'To do',       'à faire',  'Identifiée, pas encore commencée',          'Identified, not started yet',                       true),
  ('en_cours',   2, 'En cours',   'In progress', 'en cours', 'Commencée, pas encore terminée',            'Started, not finished yet',                         true),
  ('realisee',   3, 'Réalisée',   'Done',        'fini',     'Terminée au niveau d’engagement visé',      'Finished at the engagement level aimed at',         false),
  ('abandonnee', 4, 'Abandonnée', 'Abandoned',   null,       'Arrêtée ou retirée du plan, avec un motif', 'Stopped or withdrawn from the plan, with a reason', false)
on conflict (code) do update set
    rank = excluded.rank, label_fr = excluded.label_fr, label_en = excluded.label_en, official_label = excluded.official_label,
    meaning_fr = excluded.meaning_fr, meaning_en = excluded.meaning_en, is_open = excluded.is_open;

-- States of a roadmap, from the first draft to the closing (defined by Jalon).
insert into roadmap_states (code, rank, label_fr, label_en, meaning_fr, meaning_en) values
  ('brouillon',    1, 'Brouillon',    'Draft',        'En cours de rédaction par le ministère',             'Being written by the ministry'),
  ('soumise',      2, 'Soumise',      'Submitted',    'Remise par le ministère, en attente de relecture',   'Handed in by the ministry, awaiting review'),
  ('en_relecture', 3, 'En relecture', 'Under review', 'En cours de relecture par la coordination',          'Being reviewed by the coordination'),
  ('validee',      4, 'Validée',      'Validated',    'Acceptée ; l’avancement de ses actions est suivi',   'Accepted; the progress of its actions is followed'),
  ('close',        5, 'Close',        'Closed',       'Terminée ; plus aucune modification n’est possible', 'Finished; nothing can be changed any more')
on conflict (code) do update set
    rank = excluded.rank, label_fr = excluded.label_fr, label_en = excluded.label_en, meaning_fr = excluded.meaning_fr,
    meaning_en = excluded.meaning_en;

-- Roles of an access token (defined by Jalon).
insert into roles (code, rank, label_fr, label_en, meaning_fr, meaning_en) values
  ('reader',      1, 'Lecture seule',                  'Reader',                         'Lit tout, sauf les brouillons et les actions confidentielles', 'Reads everything but drafts and confidential actions'),
  ('referent',    2, 'Référent ministériel',           'Ministry correspondent',         'Tient les feuilles de route de son ministère, lit les autres comme un lecteur', 'Keeps the roadmaps of its own ministry, reads the others as a reader does'),
  ('coordinator', 3, 'Coordination (MiNumEco, DINUM)', 'Coordination (MiNumEco, DINUM)', 'Lit et modifie toutes les feuilles de route, les valide, tient le recensement', 'Reads and edits all roadmaps, validates them, keeps the census'),
  ('admin',       4, 'Administration',                 'Administration',                 'Gère les ministères et les jetons d’accès', 'Manages ministries and access tokens')
on conflict (code) do update set
    rank = excluded.rank, label_fr = excluded.label_fr, label_en = excluded.label_en, meaning_fr = excluded.meaning_fr,
    meaning_en = excluded.meaning_en;

-- Kinds of bodies that may have a roadmap (defined by Jalon).
insert into ministry_kinds (code, rank, label_fr, label_en, meaning_fr, meaning_en) values
  ('pole_ministeriel',             1, 'Pôle ministériel',             'Ministerial group',            'Ensemble de ministères réunis sous un même secrétariat général', 'Ministries under one general secretariat'),
  ('direction_interministerielle', 2, 'Direction interministérielle', 'Interministerial directorate', 'Service placé auprès du Premier ministre ou d’un ministre, au profit de tous les ministères', 'Service reporting to the Prime Minister or a minister, acting for all ministries'),
  ('ministere',                    3, 'Ministère',                    'Ministry',                     'Ministère suivi hors d’un pôle', 'Ministry followed outside a group'),
  ('operateur',                    4, 'Opérateur de l’État',          'State operator',               'Établissement ou agence rattaché à un ministère', 'Agency or public body attached to a ministry'),
  ('collectivite',                 5, 'Collectivité territoriale',    'Local authority',              'Commune, intercommunalité, département ou région', 'Municipality, group of municipalities, département or region')
on conflict (code) do update set
    rank = excluded.rank, label_fr = excluded.label_fr, label_en = excluded.label_en, meaning_fr = excluded.meaning_fr,
    meaning_en = excluded.meaning_en;

-- The counts are laid out by these lists.
select lay_out_figures();
