namespace Mesh.Cli.Demo.Zones;

/// <summary>What a step of a demo's script does.</summary>
internal enum DemoVerb
{
    /// <summary>Ends a part at once, as <c>kill -9</c> does.</summary>
    Kill,

    /// <summary>Starts a part again, with what it had on disk.</summary>
    Start,

    /// <summary>Lets calls go on for a time.</summary>
    Wait,

    /// <summary>Waits until a call is answered by someone.</summary>
    Until,
}
