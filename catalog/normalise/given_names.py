"""Common given names of Europe and the Americas: to distinguish a given name from a surname.

They only decide where a comma or an `y` could mean two things; a name that is not here leaves the
text as it is given.
"""

from __future__ import annotations

GIVEN_NAMES = frozenset(
    """
    aaron abraham achille ada adam adele adolf anatole adolph adolphe adriaen adrian adriano agnes
    agostino alain alan albert alberto albrecht alessandro alex alexander alexandre alexei
    alfred alfredo alice alonso alphonse álvaro alvaro amadeo amedeo ambrosius amelia amy ana
    anders andré andre andrea andreas andrei andrew andy ángel angelica angelo anita ann anna
    anne anni annibale anselm ansel anthony antoine anton antoni antonio antony aristide armand
    arnold arthur artemisia arturo auguste augustus august balthasar barbara barnett
    bartholomeus bartolomé bartolomeo beatriz ben benedetto benjamin benvenuto bernd bernardo
    bernard berthe berenice bill blaise bob boris brett brice bruce bruno camille carel carl
    carla carlo carlos caroline caspar catharina catherine cecilia cecily charles charlotte
    chris christian christina christoph christophe christopher cindy clara claes claude claudio
    clyfford constant constantin cornelis cornelius cristóbal cy dan daniel daniele dante david
    dean denis diane dieter diego dirck domenico dominique donald dorothea dorothy edgar edgard
    édouard edouard eithne eduard eduardo edvard edward edwin egon eileen elaine eleanor elisabeth
    élisabeth elizabeth ella ellen ellsworth elsa emil émile emile emily emma emmanuel enrico
    enrique eric erich erik ernest ernst esteban étienne etienne eugène eugene eva evelyn fede
    federico félix felix ferdinand fernand fernando filippo filippino florence florine ford
    frances francesca francesco francis francisco franck françois francois françoise frank frans
    franz fred frédéric frederic frederick frida friedrich fritz gabriel gabriele gaspard gaspar
    gentile georg george georges georgia gerald gerard gerhard germaine giacomo gian gianlorenzo
    gino giorgio giovanni girolamo giulio giuseppe gordon govert grace grant gregor guido
    guillaume gustav gustave guy hannah hans harold harry heinrich helen helena helene hélène
    hendrick hendrik henri henry herbert hermann hieronymus hilla hilma honoré hubert hugo ian
    ignacio igor ilya ingrid irene isaac isabel isidre ivan jacob jacopo jacqueline jacques
    james jan jane jasper jean jeanne jeff jenny jérôme jerome joachim joan joanna johan johann
    johannes john jonathan jørgen jose josé josef joseph josephine joshua josiah juan juana
    juanita judith judy jules julia julian julie julio jusepe kara karel karin karl karla kate
    käthe katharina kathe kay kazimir keith kenneth kurt lajos lambert larry laura laurence
    lavinia lawrence lázár lázsló lee leo leon leonardo leonora léon leonor lewis liliana lily
    lisa lorenzo louis louise lovis luca lucas lucian lucien lucio lucy ludovico ludwig luigi
    luis luisa lyonel man manuel marc marcel marcello marco marcus margaret margherita margarita
    maria maría marie marina mario mariano mark marlene marsden marvin martha martin mary mathew
    mathias matteo matthew matthias maurice mauricio max maximilien melchior michael michel
    michelangelo michele miguel mikhail milton miriam mona morris nadia nan nancy natalia
    nathaniel niccolò nicola nicolaes nicolas niccolo nikolai nicholas nicole niki nina norman
    odilon olga oscar oskar otto pablo paul paula paulo paolo paulus pauline pedro peter petrus
    philip philippe philipp phyllis piero pierre piet pieter pietro pompeo rachel ralph ramón
    ramon raoul raphael rafael ray raymond rebecca reginald rembrandt rené renato rené ricardo
    richard robert roberto rodolfo roger rogier roland romare ronald rosa rosalba rosso roy
    rudolf ruth sally salomon salvador salvator samuel sandro sarah sean sébastien sebastian
    sebastiano serge sergei shirley sidney sigmar simon simone sofonisba sol sonia sophie
    stanley stefan stéphane stephen steve steven stuart susan susanna suzanne sylvia tamara
    teresa thea theo théodore theodore theodoor théo thérèse thomas tim timothy tina tiziano tom
    tommaso toni tracey umberto utagawa vanessa vasily victor victoria vija vilhelm vincent
    vincenzo viola virginia vito vittore vivian vladimir walker walter wassily wilhelm
    wilhelmina willem william winifred winslow wolfgang yves yvonne zoe
    """.split()
)
