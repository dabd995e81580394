namespace Mesh.Load.Scenarios;

/// <summary>What changes at a rate.</summary>
internal enum ChurnModel
{
    /// <summary>An instance of a service moves to another port, for one service after the other.</summary>
    Endpoints,

    /// <summary>A service gets an instance more or less, one service after the other: up to half as many more, then down to half.</summary>
    Scale,

    /// <summary>A service is rolled out anew: one instance after the other gets another address, then those of the next service.</summary>
    Redeploy,

    /// <summary>All clusters change, as a policy for the whole mesh changes them.</summary>
    Policy,
}
