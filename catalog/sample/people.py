"""The invented artists: names, styles, lives, places."""

from __future__ import annotations

TABLE = """
Medieval
UNKNOWN MASTER, French|1180|1250|France|French|painter|active
GUIDUCCIO DA MONTELUPO|1270|1332|Siena|Italian|painter|circa
BONAVERI, Lippo|1301|1360|Bologna|Italian
NUCCIOLI, Taddeo|1378|1441|Florence|Italian
BROEDERLEIN, Melchior|1368|1430|Dijon|Netherlandish
FERRAU, Jaume|1338|1401|Barcelona|Spanish|painter|circa
ZDENĚK OF TREBONA|1335|1390|Prague|Bohemian|painter|active
MASTER OF THE THREE LILIES|1360|1415|Cologne|German|painter|active
ALDOBRANDO DA RIPALTA|1245|1302|Pisa|Italian|painter|active
PUIGFERRER, Bernat|1355|1424|Barcelona|Spanish|painter|circa
MASTER OF THE WHITE ANGEL|1370|1430|Cologne|German|painter|active
LIMERAY, Colart de|1368|1425|Paris|French|painter|active

Early Renaissance
MARCOVALDI, Neri|1402|1466|Florence|Italian
UGOLINI, Fra Benedetto|1410|1478|Florence|Italian|painter|circa
SASSOFORTE, Antonio di|1425|1489|Siena|Italian
LIPPARELLI, Filippo|1386|1455|Florence|Italian|painter|circa
GHIRLINZONI, Davide|1452|1519|Florence|Italian
ORSENIGO, Bartolomeo|1418|1480|Florence|Italian|sculptor
LANDUCCIO, Matteo|1440|1497|Ferrara|Italian
PIERO DI CASTELVERDE|1431|1492|Arezzo|Italian|painter|circa
VIVALDESCO, Alvise|1445|1505|Venice|Italian
COSSIGNANI, Ercole|1450|1497|Ferrara|Italian
HUGUENÇA, Jaume|1413|1485|Barcelona|Spanish
FABRIANELLO, Gentile di|1379|1440|Siena|Italian

Northern Renaissance
HAERENBEKE, Joos van|1412|1475|Bruges|Netherlandish|painter|circa
KESTENHOLZ, Hans|1478|1540|Nuremberg|German
OOSTVELT, Cornelis van|1490|1555|Antwerp|Netherlandish
KAMPENHOUT, Robert van|1378|1444|Tournai|Netherlandish
AMBERGHE, Joachim|1500|1563|Antwerp|Netherlandish|painter|circa
VERMANDERE, Lieven|1440|1494|Ghent|Netherlandish
ŁUKASZEWICZ, Stanisław|1489|1550|Cracow|Polish|painter|circa
BRUNNTHALER, Wolf|1485|1546|Regensburg|German
WEYDENBERGH, Hugo van|1437|1489|Ghent|Netherlandish
MAUBERTIN, Jean|1482|1538|Tours|French
LEYENDONCK, Lucas van|1494|1548|Leiden|Netherlandish
HOLLENSTEIN, Ambros|1495|1552|Basle|Swiss
SCHÖNGRUBER, Martin|1446|1495|Colmar|German

High Renaissance
CORVETTI, Andrea|1482|1539|Florence|Italian
MORANDELLO, Giulio|1486|1544|Venice|Italian
SANTACROCE LOMBARDO|1470|1528|Milan|Italian|painter|circa
PERUGIALDI, Pietro|1452|1523|Perugia|Italian
LOTTIERI, Lorenzo|1488|1556|Venice|Italian
BALDESCHI, Vincenzo|1475|1531|Rome|Italian
PALTRINIERI, Francesco|1490|1535|Parma|Italian
FRANCIABELLA, Raniero|1466|1524|Urbino|Italian
MANRIQUE Y RIBERA, Pedro|1487|1550|Granada|Spanish
SOLARIANO, Bernardino|1478|1532|Milan|Italian
ROMANELLO, Giulio|1495|1547|Mantua|Italian

Mannerism
ALBERTUCCI, Jacopo|1503|1562|Florence|Italian
FIGUEROSA, Luis de|1540|1603|Toledo|Spanish
BEAUVOISIN, Antoine de|1520|1584|Fontainebleau|French|painter|circa
PONTELUNGO, Francesco|1496|1558|Florence|Italian
FLORISSEN, Cornelis|1508|1570|Antwerp|Netherlandish
WATERWAELE, Joris|1566|1630|Utrecht|Dutch
KERKHOVE, Adriaan van|1558|1620|Haarlem|Dutch
TRIVULZI, Camillo|1532|1590|Parma|Italian
HOLTZAPFEL, Bartel|1549|1611|Prague|German
SPRENGELAER, Bartholomäus|1546|1611|Prague|Flemish
COUSTENOY, Jean|1538|1595|Paris|French
SALVIANELLO, Cecchino|1512|1565|Rome|Italian
BAROZZINI, Federigo|1551|1612|Urbino|Italian

Baroque
MONTEVERGINE, Salvatore|1598|1656|Naples|Italian
VALMONT, Étienne|1641|1708|Paris|French
OOSTERBEEK, Willem van|1612|1671|Haarlem|Dutch
ANNIBALDI, Carlo|1562|1612|Bologna|Italian
HALSBEEK, Gerrit|1574|1650|Haarlem|Dutch
LARGENTIER, Nicolas|1676|1748|Paris|French
ROELANTS, Pieter|1601|1664|Antwerp|Flemish
FONTECCHIO, Lorenzo|1602|1674|Rome|Italian|sculptor
ZAMBRANEDA, Francisco de|1605|1669|Seville|Spanish
ČERNOHORSKÝ, Karel|1655|1722|Prague|Bohemian
HEUVEL, Joris de|1620|1685|TheHague|Dutch|painter|circa
CARDELLI, Guido|1589|1651|Bologna|Italian
SOLIMENTO, Luca|1657|1738|Naples|Italian
JOORDENS, Jacob|1593|1672|Antwerp|Flemish
DOBSWORTH, William|1611|1674|London|English
VELARDE Y MONTES, Diego|1599|1662|Madrid|Spanish
ROTTENMAYER, Johann|1665|1733|Salzburg|Austrian
PIAZZOLINI, Giambattista|1680|1750|Venice|Italian

Rococo
LA FONTENELLE, Jean-Baptiste de|1712|1780|Paris|French
VALMONT, Étienne|1702|1769|Lyon|French
GRIMALDESCHI, Pietro|1707|1785|Venice|Italian
VAUTREUIL, Antoine|1684|1735|Paris|French
RICCIOLDI, Sebastiano|1672|1744|Venice|Italian
HARGREAVE, Thomas|1727|1788|London|English
TASSENBERG, Anton|1724|1796|Vienna|Austrian
MAROLLES, Louis-Félix|1699|1761|Paris|French
MAULBERTSCH-STEIN, Franz|1726|1796|Vienna|Austrian
GOYENECHE, Ramón|1745|1800|Madrid|Spanish
REYNELL, Joshua|1741|1803|London|English
BOUCHERANT, François|1721|1783|Paris|French
LONGHENETTI, Alessandro|1746|1811|Venice|Italian

Neoclassicism
DELACOURTE, Jacques|1752|1826|Paris|French
ABENDROTH, Asmus|1761|1828|Copenhagen|Danish
KRANZ, Heinrich|1771|1839|Berlin|German|sculptor
VIENNOT, Joseph-Marie|1729|1804|Paris|French
INGREMONT, Dominique|1780|1861|Paris|French
BERTOLUCCHI, Andrea|1758|1831|Rome|Italian
WHITCOMBE, Josiah|1749|1812|London|English
MENGELBERG, Anton|1732|1786|Rome|German
KAUFFUNGEN, Angelika|1744|1806|London|Swiss
SCHICKEDANZ, Gottlieb|1778|1834|Stuttgart|German
APPIANINO, Giuseppe|1754|1818|Milan|Italian

Romanticism
FALKENRIED, Carl Gustav|1779|1843|Dresden|German
PENHALLOW, William|1788|1854|London|English
GUERNEVAL, Théodore|1797|1861|Paris|French
GÉRICOURT, Antoine|1789|1833|Paris|French
RUNGENHAGEN, Philipp|1777|1829|Hamburg|German
DELAROCHEBRUNE, Paul|1809|1866|Paris|French
ERDŐSI, Gábor|1809|1868|Pest|Hungarian
RYDBERGH, Anders|1801|1866|Stockholm|Swedish
VALDOSERA, Joaquín|1782|1849|Madrid|Spanish
TURNBULL, Joseph|1776|1849|London|English
HAYEZZANI, Francesco|1793|1878|Milan|Italian
COLERIDGE-MOORE, Thomas|1803|1856|NewYork|American
ORŁOWICZ, Piotr|1800|1859|Warsaw|Polish
BIRKENSTEIN, Caspar|1812|1875|Dresden|German

Realism
DUMOUTIER, Rosalie|1824|1896|Barbizon|French
CARRIÈRES, Jules|1819|1878|Paris|French
SCHLEINITZ, Wilhelm|1841|1904|Munich|German
MILLERAND, Jean-François|1812|1875|Barbizon|French
COURBEVOIE, Gustave|1817|1877|Paris|French
VOROBYOVSKY, Pyotr|1836|1897|Moscow|Russian
HALLORAN, Winslow|1838|1907|Boston|American
VEENSTRA, Anton van|1838|1901|TheHague|Dutch
PELLIZZARI, Telemaco|1830|1892|Livorno|Italian
LEIBLINGER, Max|1846|1909|Munich|German
REPNINSKY, Ivan|1848|1918|Moscow|Russian
EAKINGTON, Samuel|1845|1916|Philadelphia|American
ISRAËLSZOON, Jozef|1826|1909|Amsterdam|Dutch
HORVÁTHY, László|1843|1899|Budapest|Hungarian
BASTIENNE, Jules|1850|1894|Paris|French

Impressionism
BELLEVAL, Claude-Auguste|1842|1919|Paris|French
MORISSEAU, Hélène|1848|1903|Paris|French
THIERRY-DELAUNAY, Georges|1851|1912|Argenteuil|French
BOUDINEAU, Eugène|1829|1899|LeHavre|French
SERUSIAUX, Marie|1862|1931|Paris|French
KROGSTRUP, Viggo|1853|1918|Skagen|Danish
LANGRISH, Edith|1856|1929|London|English
HATHAWAY, Frank|1859|1931|NewYork|American
CASTELLARNAU, Ramon|1860|1927|Barcelona|Spanish
LEROY-BEAUMONT, Berthe|1844|1899|Paris|French
LIEBERMEISTER, Ernst|1851|1934|Berlin|German
SISSERAND, Alfred|1841|1900|Paris|French
MERRIWETHER, John|1853|1921|NewYork|American
CAILLOUBERT, Gustave|1849|1896|Paris|French
SORRIBELLA, Joaquín|1864|1925|Valencia|Spanish
PISSANEAU, Camille|1833|1904|Pontoise|French

Art Nouveau
KOLOUŠEK, Alois|1861|1936|Prague|Czech
VANDERSTRAETE, Henri|1866|1934|Brussels|Belgian
GLASSWELL, Margaret|1868|1932|Glasgow|Scottish
STEINLENER, Théophile|1858|1922|Paris|French
RIQUERAL, Alexandre|1859|1921|Barcelona|Spanish
GUIMBERT, Achille|1867|1938|Paris|French|architect
HOFFENSTEIN, Koloman|1869|1921|Vienna|Austrian
TOURNIER-LALANNE, Eugène|1859|1927|Nancy|French
MUCHALEK, Bohumil|1863|1938|Prague|Czech
KLIMESCH, Ferdinand|1864|1920|Vienna|Austrian
BEARDSWORTH, Aubyn|1872|1909|London|English
TOORENBERG, Jan|1860|1927|TheHague|Dutch
"""
"""By style, those with most works first. Étienne Valmont is two persons, of different styles.

As in real catalogs, neighbouring styles share years, towns and countries: what an artist's life
allows is often two styles.
"""
