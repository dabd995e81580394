namespace Mesh.RealEnvoy.MultiZone;

/// <summary>Tests that share an <see cref="EgressWorld"/>, one after the other.</summary>
[CollectionDefinition(EgressWorld.Collection)]
public sealed class EgressWorldCollection : ICollectionFixture<EgressWorld>;
