namespace Mesh.Model.Kinds;

/// <summary>Kept so that its lists are answered; none is ever written (contract §1.10).</summary>
public sealed record ServiceInsightSpec;
