namespace Mesh.RealEnvoy.MultiZone;

/// <summary>Tests that share an <see cref="IngressWorld"/>, one after the other.</summary>
[CollectionDefinition(IngressWorld.Collection)]
public sealed class IngressWorldCollection : ICollectionFixture<IngressWorld>;
