"""Tools and macros that come with Designer and have no rule, by what they do.

Source: the catalogue of Designer's tools with the names that files give them, and Designer Help's page of each.
A macro's file is looked into all the same where an upload holds it.
"""

from __future__ import annotations

MODELS = (
    "Decision_Tree.yxmc", "Linear_Regression.yxmc", "Logistic_Regression.yxmc",
    "Count_Regression.yxmc", "Gamma_Regression.yxmc", "Naive_Bayes.yxmc", "Neural_Network.yxmc", "Spline_Model.yxmc",
    "SVM_v2.yxmc", "Stepwise.yxmc", "Model Comparison.yxmc", "Nested_Test.yxmc",
    "Lift_Chart.yxmc", "NetworkViz.yxmc",
    "ARIMA.yxmc", "ETS.yxmc", "TS_Compare.yxmc", "TS_Covariate_Forecast.yxmc", "TS_Forecast.yxmc",
    "Append_Cluster.yxmc", "Find_Nearest_Neighbors.yxmc", "K-Centroids_Cluster_Analysis.yxmc",
    "K-Centroids_Diagnostics.yxmc", "MB_Affinity.yxmc", "MB_Inspect.yxmc", "MB_Rules.yxmc",
    "Principal_Components.yxmc",
    "AB_Analysis.yxmc", "AB_Controls.yxmc", "AB_Treatments.yxmc", "AB_Trend.yxmc",
    "BuildFeatures", "Classification", "DataHealth", "FeatureTypes", "SunScoring", "SimSummary", "TopicModel",
    "TextClassification", "ZeroShotTextClassification", "NamedEntityRecognition", "PartOfSpeechTagger", "Sentiment",
    "ImageRecognition",
)  # fmt: skip  # a list of names
PICTURES = (
    "Barcode", "PDFInput", "ImageOutput", "ImageProcessing", "ImageProfile", "ImageTemplate", "ImageToText",
    "PDFToText", "TextPreProcessing", "TextSummary", "KeyValuePairExtraction", "CognitiveServicesTextAnalytics",
)  # fmt: skip  # a list of names
"""Tools that read pictures and texts by programs of their own."""
ASKING = ("LLMOverride", "Prompt")
SPATIAL = ("HeatMap.yxmc", "Non_Overlapping_DT.yxmc")
REPORTS = (
    "FooterMacro.yxmc", "RHEngine.yxmc", "Legend_Builder.yxmc", "Legend_Splitter.yxmc", "VisualLayout", "WordCloud",
    "Heat_Plot.yxmc", "Histogram.yxmc", "Plot_of_Means.yxmc", "Scatterplot.yxmc", "Violin_Plot.yxmc", "TS_Plot.yxmc",
    "Distribution_Analysis.yxmc",
)  # fmt: skip  # a list of names
STATISTICS = (
    "Association_Analysis.yxmc", "ContingencyTable.yxmc", "Field_Summary_Report.yxmc", "Frequency.yxmc",
    "PearsonCorrelation", "SpearmanCorrCoeff.yxmc", "Test_of_Means.yxmc",
)  # fmt: skip  # a list of names
"""Tools that give statistics of fields as rows."""
