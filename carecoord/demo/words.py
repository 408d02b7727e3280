"""
Words the demonstration territory is made of: names and streets nobody has to recognise.

Telephone numbers come from the ranges that Arcep keeps for works of fiction
(01 99 00 and 06 39 98), mail addresses from the reserved domain `.example`.
"""

from __future__ import annotations

WOMEN = (
    "Andrée Jeannine Simone Ginette Odette Huguette Raymonde Lucienne Yvette Paulette Colette Josette "
    "Denise Monique Arlette Gisèle Fernande Marcelle Solange Thérèse Suzanne Germaine Renée Mauricette "
    "Éliane Henriette Lydie Rolande Claudine Bernadette Nicole Michèle Ghislaine Marie-Louise Françoise"
).split()

MEN = (
    "André Roger Marcel René Lucien Raymond Maurice Robert Georges Fernand Gaston Émile Albert Henri "
    "Louis Gérard Bernard Claude Guy Jacques Jean-Pierre Michel Serge Yvon Armand Edmond Gilbert"
).split()

SURNAMES = (
    "Alaverne Barlot Beauvallon Belorme Berlandier Blanchemain Boisclair Bonnefoy-Lune Bruyeron Camperelle "
    "Chantegrive Charmoisy Clairbuis Colombelle Corvallon Courtepierre Dambrelin Desfougères Dubrillet "
    "Escarpelle Fauvelin Fontbrune Foulquenet Gardefort Gentilhame Grandsillon Hautecombe Herbelune "
    "Jolicœur Joubertin Lachenaye Lambrequin Lavaupré Lestrangier Lormoison Maisonval Malbrunet Marchefer "
    "Merlanvaux Mirvallon Montaligre Noirépine Orvallac Passeloup Péribonne Pierrefleur Prévaloir "
    "Quatrevents Rambertin Rivecourtois Rochebelle Roquevaillant Sainfoin Sansonnet-Ruel Soubrevelle "
    "Taillebuis Tournemolle Trévelin Valdoriac Vauclairon Verdépine Vieuxpont Villebrumier Viroflin"
).split()

AIDE_NAMES = (
    "Amina Lisa Sofia Nadège Inès Marta Élodie Fatou Karine Sandrine Aïcha Laetitia Mélanie Rosa Yasmina "
    "Cindy Olga Priscilla Jessica Virginie Mariama Stéphanie Céline Hawa Ludivine Estelle Rachida Linda "
    "Magalie Coralie Samira Delphine Anaïs Myriam Gwenaëlle Hugo Karim Yann Paul Sékou Bruno Mehdi Tristan"
).split()

STREETS = (
    "rue des Tilleuls|rue du Lavoir|avenue des Marronniers|rue de la Mare aux Cerfs|allée des Mésanges|"
    "rue du Vieux Puits|chemin des Vignes|rue de la Fontaine|impasse des Lilas|rue des Écoles|"
    "rue du Moulin|avenue de la Forêt|rue des Glycines|square des Peupliers|rue de la Gare|"
    "chemin du Pré aux Oies|rue des Chaumes|sentier des Amandiers|rue de la Croix Verte|allée du Verger"
).split("|")
