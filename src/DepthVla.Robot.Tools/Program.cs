using DepthVla.Robot.Tools;

return await DepthVlaTool.RunAsync(args, Console.Error);
