-- One row per artwork of the relation `prediction_inputs`: the evidence about it, and columns recorded with its
-- prediction. $learned are the parts of the split that the classifier was trained on.
SELECT
    prediction_inputs.artwork_id,
    prediction_inputs.catalog,
    prediction_inputs.removed,
    prediction_inputs.image_sha256,
    prediction_inputs.prediction_key,
    prediction_inputs.other_labels,
    prediction_inputs.outside,
    artworks.date_earliest,
    artworks.date_latest,
    artworks.born,
    artworks.died,
    artworks.active_from,
    artworks.active_to,
    artworks.timeframe_from,
    artworks.timeframe_to,
    artworks.nationality,
    artworks.technique,
    artworks.form,
    artworks.type_given,
    artworks.profession,
    artworks.height_cm,
    artworks.width_cm,
    artworks.depth_cm,
    artworks.diameter_cm,
    artworks.title,
    coalesce(list_contains($learned, splits.part), FALSE) AS in_training
FROM prediction_inputs
INNER JOIN artworks ON prediction_inputs.artwork_id = artworks.artwork_id
LEFT JOIN splits ON prediction_inputs.artwork_id = splits.artwork_id AND splits.scheme = $scheme
