-- What was published elsewhere about a year, word for word.
--
-- `jalon migrate` loads this file into an empty database after `schema.sql`, and again with each step that names it.

-- The result of 2022 as it was published (MiNumEco, Licence Ouverte 2.0): the sentence as it stands in the article. Its base is not told.
insert into external_figures (year, rank, statement, publisher, title, published_on, source, numbers) values
  (2022, 1, 'Plus de 300 actions identifiés, dont 30% réalisées', 'Mission interministérielle numérique écoresponsable (MiNumEco)',
    'Bilan d’activité 2021 – 2022 de la MiNumEco', '2023-04-06',
    'https://github.com/DISIC/MiNumEco/blob/8efedff1fae669297f0ae1c40d96df99e1d9a6bb/content/actualites/posts/vieux/bilan-activites-2021-2022.md',
    '[{"measure": "actions", "relation": "more_than", "value": 300}, {"measure": "percent_realisees", "relation": "rounded", "value": 30}]'),
  -- The five indicators of 2025 (MiNumEco, Licence Ouverte 2.0): the numbers are those of the article, the sentence sums up what it says of each.
  (2025, 1, 'Résumé : 2 509 agents formés au numérique responsable ; 5,7 ans de durée de vie moyenne des ordinateurs (5 ans en 2022) ; 42 % des matériels de moins de 10 ans décommissionnés réemployés ou réutilisés ; 88 % des DEEE collectés par un éco-organisme agréé ; 92 % des marchés numériques suivis avec des clauses environnementales',
    'Mission interministérielle numérique écoresponsable (MiNumEco)', 'Bilan d’activités 2025 de la MiNumEco', '2026-06-10',
    'https://github.com/DISIC/MiNumEco/blob/7b400e06/content/actualites/posts/actus/bilan-activites-2025.md',
    '[{"indicator": "FORMATION", "relation": "exact", "value": 2509}, {"indicator": "DUREE", "relation": "rounded", "value": 5.7},
      {"indicator": "REEMPLOI", "relation": "rounded", "value": 42}, {"indicator": "DEEE", "relation": "rounded", "value": 88},
      {"indicator": "CLAUSES", "relation": "rounded", "value": 92}]')
on conflict (year, rank) do update set
    statement = excluded.statement, publisher = excluded.publisher, title = excluded.title, published_on = excluded.published_on,
    source = excluded.source, numbers = excluded.numbers;
